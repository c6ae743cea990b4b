// The players of music and voice messages, with a bar to go to any place.

import { el, icon } from "./dom.js";
import { length, size } from "./measures.js";
import { sound } from "./sound.js";
import { plainName } from "./words.js";

const BARS = 48;
const STEPS = 1000;

/**
 * The player of a message's music or voice message.
 * @param {object} message
 * @param {import("./pane.js").Pane} pane
 */
export function player(message, pane) {
  const { media } = message;
  const voice = media.kind === "voice";
  const audio = el("audio", { preload: "none", src: media.url });
  const name = titleOf(media);
  const button = el("button", { type: "button", class: "disc play-button", ariaLabel: `Play ${name}` }, icon("play"));
  const clock = el("span", { class: "clock", text: length(media.duration) });
  const bar = el("input", {
    type: "range", class: "seek", min: 0, max: STEPS, value: 0, step: 1, ariaLabel: `Position in ${name}`,
  });
  const node = el("div", { class: `player ${media.kind}` }, audio, button, el("div", { class: "told" },
    voice ? wave(media, message.id) : heading(media), bar,
    el("div", { class: "under" }, clock, voice ? null : el("span", { text: size(media.size) }))));
  wire({ audio, button, bar, clock, name, node, media, pane });
  return node;
}

function titleOf(media) {
  if (media.kind === "voice") return "voice message";
  return plainName([media.performer, media.title].filter(Boolean).join(" – ") || media.name || "audio");
}

function heading(media) {
  return el("div", { class: "heading" },
    el("div", { class: "title", dir: "auto", text: plainName(media.title || media.name || "Audio") }),
    media.performer ? el("div", { class: "performer", dir: "auto", text: plainName(media.performer) }) : null);
}

/** The picture of a voice: Telegram's own measure where there is one, else one that stands for it, always the same. */
function wave(media, seed) {
  const heights = media.waveform?.length ? media.waveform : standIn(seed);
  const node = el("div", { class: "wave", ariaHidden: "true" });
  for (let at = 0; at < BARS; at += 1) {
    const height = heights[Math.floor(at * heights.length / BARS)] / 31;
    node.append(el("i", { style: { height: `${Math.round(12 + 88 * height)}%` } }));
  }
  return node;
}

function standIn(seed) {
  const height = (at) => 15.5 * (1 + Math.sin(seed + at * 1.7) * Math.cos(at * 0.37 + seed % 7));
  return Array.from({ length: BARS }, (_, at) => height(at));
}

function wire(parts) {
  const { audio, button, bar } = parts;
  button.addEventListener("click", () => (audio.paused ? start(parts) : audio.pause()));
  bar.addEventListener("input", () => seek(parts));
  audio.addEventListener("timeupdate", () => draw(parts));
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, () => state(parts));
  draw(parts);
}

async function start({ audio, pane }) {
  try {
    await sound(audio);
  } catch (error) {
    if (error.name !== "AbortError") pane.toast("This browser cannot play it. Download it from the message's menu.");
  }
}

function lasts({ audio, media }) {
  return Number.isFinite(audio.duration) ? audio.duration : media.duration || 0;
}

function seek(parts) {
  const to = parts.bar.value / STEPS * lasts(parts);
  if (parts.audio.readyState === 0) parts.audio.load();
  parts.audio.currentTime = to;
  draw(parts);
}

function draw(parts) {
  const { audio, bar, clock, node } = parts;
  const all = lasts(parts);
  const share = all ? Math.min(1, audio.currentTime / all) : 0;
  bar.value = String(Math.round(share * STEPS));
  bar.setAttribute("aria-valuetext", `${length(audio.currentTime)} of ${length(all)}`);
  clock.textContent = audio.currentTime ? `${length(audio.currentTime)} / ${length(all)}` : length(all);
  node.style.setProperty("--share", String(share));
  node.querySelectorAll(".wave i").forEach((one, at) => one.classList.toggle("heard", at / BARS < share));
}

function state(parts) {
  const { audio, button, name } = parts;
  if (audio.ended) audio.currentTime = 0;
  button.replaceChildren(icon(audio.paused ? "play" : "pause"));
  button.setAttribute("aria-label", `${audio.paused ? "Play" : "Pause"} ${name}`);
  draw(parts);
}
