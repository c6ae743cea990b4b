// How the page asks its server: JSON over HTTP, and one kind of error for everything that goes wrong.

/** What the server refused, or that it could not be reached (status 0). `message` is ready to be read by a person. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {string|null} name Telegram's name of the error, where it has one
   * @param {number} status
   */
  constructor(message, name = null, status = 0) {
    super(message);
    this.name = name ?? "REFUSED";
    this.status = status;
  }
}

const UNREACHABLE = "The local Telegram cannot be reached. It is tried again by itself; see the line at the top.";

/**
 * @param {string} path
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export function get(path, options = {}) {
  return ask(path, options);
}

/**
 * @param {string} path
 * @param {object} [body] sent as JSON
 * @param {{signal?: AbortSignal, method?: string}} [options]
 * @returns {Promise<any>}
 */
export function post(path, body = {}, options = {}) {
  const headers = { "Content-Type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body), ...options });
}

async function ask(path, options) {
  let response;
  let said;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
    said = await read(response.headers.get("Content-Type"), () => response.text());
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refused(UNREACHABLE);
  }
  return judge(response.status, said);
}

async function read(type, text) {
  const said = await text();
  if (!type?.startsWith("application/json")) return { error: said.slice(0, 300) };
  try {
    return JSON.parse(said);
  } catch {
    return { error: "The answer was cut off. Try again." };
  }
}

function judge(status, said) {
  if (status >= 200 && status < 300) return said;
  throw new Refused(said.error || `The server answered ${status}.`, said.name ?? null, status);
}

/**
 * Send a form, told how far it is.
 * @param {string} path
 * @param {FormData} form
 * @param {{onProgress?: (sent: number, total: number) => void, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export function upload(path, form, { onProgress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.upload.addEventListener("progress", (event) => onProgress?.(event.loaded, event.total));
    request.addEventListener("error", () => reject(new Refused(UNREACHABLE)));
    request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
    request.addEventListener("load", () => {
      const type = request.getResponseHeader("Content-Type");
      read(type, async () => request.responseText).then((said) => judge(request.status, said)).then(resolve, reject);
    });
    if (signal?.aborted) return reject(new DOMException("cancelled", "AbortError"));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/**
 * The path of a person's chat in the API.
 * @param {number} person
 * @param {number} chat
 * @returns {string}
 */
export function chatPath(person, chat) {
  return `/api/people/${person}/chats/${chat}`;
}
