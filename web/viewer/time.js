// Times are whole microseconds everywhere, so that what is written is exactly what was read. Here they become text
// for people, and text that people type becomes times.

export const SECOND = 1000000;
export const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const NUMBER = '(\\d+(?:\\.\\d*)?)\\s*';
const UNITS = new RegExp(`^(?:${NUMBER}h(?:ours?)?)?\\s*(?:${NUMBER}m(?:in(?:utes?)?)?)?\\s*(?:${NUMBER}s(?:ec(?:onds?)?)?)?$`);

const twoDigits = (value) => String(value).padStart(2, '0');

/** "1:02:03", "2:03", "0:03"; with up to three decimals: "0:03.250". */
export function clock(us, decimals = 0) {
  const scale = 10 ** decimals;
  // Rounded once, before it is taken apart: 59.96 s is 1:00.0, not 0:60.0.
  const ticks = Math.round((Math.max(0, us) * scale) / SECOND);
  const seconds = Math.floor(ticks / scale);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const fraction = decimals ? '.' + String(ticks % scale).padStart(decimals, '0') : '';
  return (hours ? `${hours}:${twoDigits(minutes)}` : String(minutes)) + ':' + twoDigits(seconds % 60) + fraction;
}

/** A length for people: "2 h 13 min", "3 min 12 s", "4.2 s". */
export function lengthText(us) {
  if (us >= HOUR) {
    const minutes = Math.round(us / MINUTE);
    return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  }
  const seconds = Math.round(us / SECOND);
  if (us >= MINUTE) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return us === 0 ? '0 s' : `${(us / SECOND).toFixed(us < SECOND / 10 ? 3 : 1)} s`;
}

/** The time that "1:02:03.5", "62:03", "90", "1h 2m 3.5s" or "2 min" say, in microseconds; null for what is none. */
export function parseClock(text) {
  const given = text.trim().toLowerCase().replace(',', '.');
  const colons = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?|\.\d+)$/.exec(given);
  const units = UNITS.exec(given);
  const parts = colons || (given && units);
  if (!parts) return null;
  const [hours, minutes, seconds] = [1, 2, 3].map((i) => Number(parts[i] || 0));
  const us = Math.round((hours * 3600 + minutes * 60 + seconds) * SECOND);
  return Number.isSafeInteger(us) ? us : null;
}

/** A share as "12 %", with a decimal where it is small. */
export function percent(share) {
  const value = 100 * share;
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} %`;
}
