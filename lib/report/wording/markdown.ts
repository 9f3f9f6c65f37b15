/** Escapes text with values from manifests, which must not become markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_<>[\]|#]/g, '\\$&').replace(/\r?\n/g, ' ');
}
