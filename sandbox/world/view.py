"""How one account sees the world: TL objects with the flags, hashes and references that are right for this viewer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyrogram import raw

from sandbox.world.accounts import Account
from sandbox.world.channels import Channel, Role, all_rights, channel_of_peer
from sandbox.world.library import Item
from sandbox.world.messages import Flag, Media, Message
from sandbox.world.permissions import NOTHING

if TYPE_CHECKING:
    from sandbox.world.world import World


class View:
    """Renders for one viewer, and gathers every user and chat that it mentions, as Telegram sends them along."""

    def __init__(self, world: World, viewer: Account) -> None:
        self._world = world
        self._viewer = viewer
        self._users: dict[int, Any] = {}
        self._chats: dict[int, Any] = {}

    @property
    def users(self) -> list[Any]:
        """The users that were mentioned."""
        return list(self._users.values())

    @property
    def chats(self) -> list[Any]:
        """The chats that were mentioned."""
        return list(self._chats.values())

    def peer(self, peer: int) -> Any:
        """A peer by its id (-100… for channels), mentioned if there is one."""
        if peer < 0:
            number = channel_of_peer(peer)
            channel = self._world.channels.get(number)
            if channel is not None and number not in self._chats:
                self._chats[number] = self.channel(channel)
            return raw.types.PeerChannel(channel_id=number)
        if peer not in self._users:
            account = self._world.accounts.get(peer)
            if account is not None:
                self._users[peer] = self.user(account)
        return raw.types.PeerUser(user_id=peer)

    def mention(self, peers: Iterable[int]) -> View:
        """Mention users and channels without showing them."""
        for peer in peers:
            self.peer(peer)
        return self

    def user(self, account: Account) -> Any:
        """A user; phone numbers are shown to their owner only, languages to bots."""
        mine = account.id == self._viewer.id
        access_hash = self._world.access_hash(self._viewer.id, account.id)
        if account.deleted:
            return raw.types.User(id=account.id, access_hash=access_hash, deleted=True)
        if account.bot:
            return raw.types.User(
                id=account.id,
                is_self=mine or None,
                bot=True,
                access_hash=access_hash,
                first_name=account.first_name,
                username=account.username or None,
                bot_info_version=account.info_version,
            )
        return raw.types.User(
            id=account.id,
            is_self=mine or None,
            contact=mine or None,
            mutual_contact=mine or None,
            access_hash=access_hash,
            first_name=account.first_name,
            last_name=account.last_name or None,
            username=account.username or None,
            phone=account.phone if mine else None,
            status=raw.types.UserStatusRecently(),
            lang_code=account.lang_code if self._viewer.bot else None,
        )

    def channel(self, channel: Channel) -> Any:
        """A channel; to those it is closed to, only its name."""
        member = channel.members.get(self._viewer.id)
        access_hash = self._world.access_hash(self._viewer.id, channel.peer)
        broadcast = True if channel.broadcast else None
        megagroup = None if channel.broadcast else True
        if channel.deleted or (member is not None and member.role is Role.BANNED):
            return raw.types.ChannelForbidden(
                id=channel.id,
                access_hash=access_hash,
                title=channel.title,
                broadcast=broadcast,
                megagroup=megagroup,
            )
        inside = member is not None and member.inside
        rights = None
        if member is not None and inside:
            rights = all_rights(channel) if member.role is Role.CREATOR else None
            rights = member.rights if member.role is Role.ADMIN else rights
        return raw.types.Channel(
            id=channel.id,
            title=channel.title,
            photo=raw.types.ChatPhotoEmpty(),
            date=member.date if member is not None and inside else channel.date,
            creator=True if member is not None and member.role is Role.CREATOR else None,
            left=None if inside else True,
            signatures=channel.signatures or None,
            noforwards=channel.noforwards or None,
            join_request=channel.join_request or None,
            access_hash=access_hash,
            username=channel.username or None,
            admin_rights=rights,
            banned_rights=member.rights if member is not None and member.role is Role.RESTRICTED else None,
            default_banned_rights=None if channel.broadcast else (channel.forbidden or NOTHING),
            participants_count=channel.size if rights is not None else None,
            broadcast=broadcast,
            megagroup=megagroup,
        )

    def message(self, message: Message) -> Any:
        """A message as it stands in the viewer's box or in its channel, everybody in it mentioned."""
        out = message.sender == self._viewer.id
        number = message.id_for(self._viewer.id)
        chat = self.peer(message.chat_for(self._viewer.id))
        post = message.in_channel and self._world.channels.of_peer(message.peer).broadcast
        self.mention([message.sender] if not post else [])
        sender = raw.types.PeerUser(user_id=message.sender) if (out or message.in_channel) and not post else None
        if message.action is not None:
            self.mention(getattr(message.action, "users", ()))
            return raw.types.MessageService(
                id=number, peer_id=chat, date=message.date, action=message.action, out=out or None,
                silent=bool(message.flags & Flag.SILENT) or None, post=post or None, from_id=sender,
                reply_to=self._reply(message),
            )  # fmt: skip
        self._mention_content(message)
        if message.via_bot:
            self.peer(message.via_bot)
        flags = message.flags
        return raw.types.Message(
            id=number,
            peer_id=chat,
            date=message.date,
            message=message.text,
            out=out or None,
            silent=bool(flags & Flag.SILENT) or None,
            post=post or None,
            pinned=bool(flags & Flag.PINNED) or None,
            noforwards=bool(flags & Flag.NOFORWARDS) or None,
            invert_media=bool(flags & Flag.INVERT_MEDIA) or None,
            edit_hide=bool(flags & Flag.EDIT_HIDE) or None,
            from_id=sender,
            fwd_from=message.forward,
            via_bot_id=message.via_bot or None,
            reply_to=self._reply(message),
            media=None if message.media is None else self.media(message.media),
            reply_markup=message.markup,
            entities=message.entities or None,
            views=1 if post else None,
            forwards=0 if post else None,
            edit_date=message.edit_date or None,
            grouped_id=message.grouped_id or None,
            post_author=self._signature(message) if post else None,
        )

    def media(self, media: Media) -> Any:
        """What a message carries, with a fresh file reference."""
        if media.value is not None:
            return media.value
        item = self._world.library[media.id]
        if item.is_photo:
            return raw.types.MessageMediaPhoto(
                photo=self.photo(item), spoiler=media.spoiler or None, ttl_seconds=media.ttl or None
            )
        return raw.types.MessageMediaDocument(
            document=self.document(item),
            spoiler=media.spoiler or None,
            video=True if item.kind == "video" else None,
            round=True if item.kind == "video_note" else None,
            voice=True if item.kind == "voice" else None,
            ttl_seconds=media.ttl or None,
        )

    def photo(self, item: Item) -> Any:
        """A photo."""
        return raw.types.Photo(
            id=item.id,
            access_hash=self._world.library.access_hash(self._viewer.id, item.id),
            file_reference=self._world.library.reference(self._viewer.id, item.id, self._world.clock()),
            date=item.date,
            sizes=_sizes(item),
            dc_id=self._world.centres.of_files,
        )

    def document(self, item: Item) -> Any:
        """A document."""
        return raw.types.Document(
            id=item.id,
            access_hash=self._world.library.access_hash(self._viewer.id, item.id),
            file_reference=self._world.library.reference(self._viewer.id, item.id, self._world.clock()),
            date=item.date,
            mime_type=item.mime_type,
            size=item.size,
            dc_id=self._world.centres.of_files,
            attributes=list(item.attributes),
            thumbs=_sizes(item) or None,
        )

    def updates(self, updates: Iterable[Any]) -> Any:
        """An envelope around updates, with everybody who was mentioned."""
        return raw.types.Updates(
            updates=list(updates), users=self.users, chats=self.chats, date=int(self._world.clock()), seq=0
        )

    def _reply(self, message: Message) -> Any:
        answered = message.reply_for(self._viewer.id)
        if not answered:
            return None
        quote = message.quote
        return raw.types.MessageReplyHeader(
            reply_to_msg_id=answered,
            quote=True if quote is not None else None,
            quote_text=None if quote is None else quote.text,
            quote_entities=None if quote is None else (quote.entities or None),
        )

    def _signature(self, message: Message) -> str | None:
        channel = self._world.channels.get(channel_of_peer(message.peer))
        if channel is None or not channel.signatures:
            return None
        return self._world.accounts[message.sender].first_name

    def _mention_content(self, message: Message) -> None:
        for entity in message.entities:
            if isinstance(entity, raw.types.MessageEntityMentionName):
                self.peer(entity.user_id)
        origin = getattr(message.forward, "from_id", None)
        if isinstance(origin, raw.types.PeerUser):
            self.peer(origin.user_id)
        elif isinstance(origin, raw.types.PeerChannel):
            channel = self._world.channels.get(origin.channel_id)
            if channel is not None:
                self.peer(channel.peer)
        value = message.media.value if message.media is not None else None
        if isinstance(value, raw.types.MessageMediaContact) and value.user_id:
            self.peer(value.user_id)


def _sizes(item: Item) -> list[Any]:
    return [raw.types.PhotoSize(type=s.type, w=s.width, h=s.height, size=s.size) for s in item.sizes]
