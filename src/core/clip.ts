/** At most `characters` of a text, with an ellipsis where some are left out. */
export function clip(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}
