// The small picture that goes along with a film: one of its first frames, as Telegram's clients make it.

const SIDE = 320;
const QUALITY = 0.8;
const WITHIN = 4000;
const INTO = 0.1;
const AT_MOST = 1;

/**
 * @param {File} file
 * @returns {Promise<Blob|null>} null for what is no film, or for one that this browser cannot read
 */
export async function stillOf(file) {
  if (!file.type.startsWith("video/")) return null;
  const video = document.createElement("video");
  const stop = new AbortController();
  const given = setTimeout(() => stop.abort(), WITHIN);
  Object.assign(video, { muted: true, preload: "auto", src: URL.createObjectURL(file) });
  try {
    await told(video, "loadeddata", stop.signal);
    const seeked = told(video, "seeked", stop.signal);
    video.currentTime = Math.min(AT_MOST, (Number.isFinite(video.duration) ? video.duration : 0) * INTO);
    await seeked;
    return await drawn(video);
  } catch {
    return null;
  } finally {
    clearTimeout(given);
    URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
  }
}

/** Wait for an event of a film; a broken one or a slow one is given up. */
function told(video, name, signal) {
  return new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true, signal });
    video.addEventListener("error", reject, { once: true, signal });
    signal.addEventListener("abort", reject, { once: true });
  });
}

function drawn(video) {
  const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
  canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
