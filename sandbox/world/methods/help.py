"""What a client asks about the server itself."""

from __future__ import annotations

from typing import Any

from pyrogram import raw

from sandbox.world.centres import ALL, HOME
from sandbox.world.content import CAPTION_MAX, TEXT_MAX
from sandbox.world.registry import Call, Who, serves

help_ = raw.functions.help
DAY = 24 * 60 * 60


@serves(help_.GetConfig, Who.ANYBODY)
async def get_config(call: Call, _: Any) -> object:
    """The data centres: this one, and one for files, under the same address."""
    host, port = call.world.address
    now = call.world.now
    return raw.types.Config(
        date=now,
        expires=now + 3600,
        test_mode=False,
        this_dc=HOME,
        dc_options=[
            raw.types.DcOption(id=centre, ip_address=host, port=port, static=True, this_port_only=True)
            for centre in ALL
        ],
        dc_txt_domain_name="",
        chat_size_max=200,
        megagroup_size_max=200_000,
        forwarded_count_max=100,
        online_update_period_ms=210_000,
        offline_blur_timeout_ms=5_000,
        offline_idle_timeout_ms=30_000,
        online_cloud_timeout_ms=300_000,
        notify_cloud_delay_ms=30_000,
        notify_default_delay_ms=1_500,
        push_chat_period_ms=60_000,
        push_chat_limit=2,
        edit_time_limit=2 * DAY,
        revoke_time_limit=2**31 - 1,
        revoke_pm_time_limit=2**31 - 1,
        rating_e_decay=2_419_200,
        stickers_recent_limit=200,
        channels_read_media_period=7 * DAY,
        call_receive_timeout_ms=20_000,
        call_ring_timeout_ms=90_000,
        call_connect_timeout_ms=30_000,
        call_packet_timeout_ms=10_000,
        me_url_prefix="https://t.me/",
        caption_length_max=CAPTION_MAX,
        message_length_max=TEXT_MAX,
        webfile_dc_id=HOME,
        revoke_pm_inbox=True,
    )


@serves(help_.GetNearestDc, Who.ANYBODY)
async def get_nearest_dc(_call: Call, _query: Any) -> object:
    """The only one."""
    return raw.types.NearestDc(country="AQ", this_dc=HOME, nearest_dc=HOME)


@serves(help_.GetAppConfig, Who.ANYBODY)
async def get_app_config(_call: Call, query: Any) -> object:
    """Nothing special."""
    if query.hash == 1:
        return raw.types.help.AppConfigNotModified()
    return raw.types.help.AppConfig(hash=1, config=raw.types.JsonObject(value=[]))


@serves(help_.GetTermsOfServiceUpdate)
async def get_terms_of_service_update(call: Call, _: Any) -> object:
    """There are none."""
    return raw.types.help.TermsOfServiceUpdateEmpty(expires=call.world.now + DAY)


@serves(help_.AcceptTermsOfService)
async def accept_terms_of_service(_call: Call, _query: Any) -> object:
    """Nothing to accept, gladly accepted."""
    return True


@serves(help_.GetInviteText)
async def get_invite_text(_call: Call, _query: Any) -> object:
    """What an app proposes to write to friends."""
    return raw.types.help.InviteText(message="https://t.me/")
