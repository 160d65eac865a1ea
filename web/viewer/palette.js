// Colours, which the style sheet has for light and dark: read from there, so that they are written once.

/** Colours for so many speakers; a further one begins again, and is told apart by its name. */
export const SPEAKER_COLOURS = 12;

export const speakerVariable = (id) => `var(--s${id % SPEAKER_COLOURS})`;

/** What is drawn on a canvas takes these. */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    speakers: Array.from({ length: SPEAKER_COLOURS }, (_, i) => value(`--s${i}`)),
    onSpeaker: value('--on-speaker'),
    ground: value('--ground'),
    panel: value('--panel'),
    lane: value('--lane'),
    line: value('--line'),
    text: value('--text'),
    soft: value('--soft'),
    accent: value('--accent'),
    wave: value('--wave'),
    overlap: value('--overlap'),
    miss: value('--miss'),
    falseAlarm: value('--false-alarm'),
    confusion: value('--confusion'),
  };
}
