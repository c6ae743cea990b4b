// Pictures that move by themselves: when they run.

import { el } from "./dom.js";

/** Animations run while they are seen, and for those only who have not asked for less motion. */
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting && !matchMedia("(prefers-reduced-motion: reduce)").matches) target.play().catch(() => {});
    else target.pause();
  }
});

/**
 * A picture that moves without sound, over and over, while it is seen.
 * @param {object} media
 * @returns {HTMLVideoElement}
 */
export function animated(media) {
  const video = el("video", {
    class: "whole", src: media.url, poster: media.thumb, muted: true, loop: true, playsInline: true,
    preload: "metadata", disablePictureInPicture: true, tabIndex: -1, ariaHidden: true,
  });
  seen.observe(video);
  return /** @type {HTMLVideoElement} */ (video);
}
