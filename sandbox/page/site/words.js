// What words are made of: names that cannot turn the page around, messages of nothing but emoji.

const BIG_EMOJI = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\uFE0F?(?<![©®™]))+$/v;
const MOST_BIG_EMOJI = 3;
const OVERRIDES = /[\u202A-\u202E\u2066-\u2069\u200E\u200F]/gu;

/**
 * A name (of a file, a person) as one line that cannot turn its surroundings, or itself, around.
 * @param {string} name
 */
export function plainName(name) {
  return name.replace(OVERRIDES, "").replace(/\s+/gu, " ");
}

/**
 * How many emoji a message consists of, if of nothing else and of few enough to be shown large; else 0.
 * @param {string} text
 * @param {{type: string}[]} entities
 */
export function bigEmoji(text, entities = []) {
  const bare = text.trim();
  if (bare === "" || bare.length > 64 || entities.some((one) => one.type !== "custom_emoji")) return 0;
  const squeezed = bare.replace(/\s+/gu, "");
  if (!BIG_EMOJI.test(squeezed)) return 0;
  const count = [...new Intl.Segmenter().segment(squeezed)].length;
  return count <= MOST_BIG_EMOJI ? count : 0;
}
