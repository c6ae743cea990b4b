// How moments are written: the hour in a bubble, the day in a list, the separator between two days.

const HOUR = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "short" });
const SHORT = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit", year: "2-digit" });
const DAY = new Intl.DateTimeFormat("en", { month: "long", day: "numeric" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en", { month: "long", day: "numeric", year: "numeric" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });
const A_DAY = 86_400_000;

/** The hour and minute of a moment. @param {number} seconds */
export function hour(seconds) {
  return HOUR.format(seconds * 1000);
}

/** All of a moment, for a title. @param {number} seconds */
export function full(seconds) {
  return FULL.format(seconds * 1000);
}

/** A moment in a list: the hour today, the weekday this week, else the date. @param {number} seconds */
export function brief(seconds) {
  const days = (midnight(Date.now()) - midnight(seconds * 1000)) / A_DAY;
  if (days < 0.5) return hour(seconds);
  return (days < 6.5 ? WEEKDAY : SHORT).format(seconds * 1000);
}

/** The day of a moment, as a separator says it. @param {number} seconds */
export function day(seconds) {
  const then = seconds * 1000;
  const days = Math.round((midnight(Date.now()) - midnight(then)) / A_DAY);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const sameYear = new Date(then).getFullYear() === new Date().getFullYear();
  return (sameYear ? DAY : DAY_OF_YEAR).format(then);
}

/** What two moments of the same day share. @param {number} seconds */
export function dayKey(seconds) {
  return midnight(seconds * 1000);
}

function midnight(milliseconds) {
  return new Date(milliseconds).setHours(0, 0, 0, 0);
}
