// What sounds: one thing at a time on the whole page.

let sounding = null;

/**
 * Play something with its sound; what sounded before pauses.
 * @param {HTMLMediaElement} media
 * @returns {Promise<void>} rejects as `play()` does
 */
export function sound(media) {
  if (sounding && sounding !== media) sounding.pause();
  sounding = media;
  return media.play();
}
