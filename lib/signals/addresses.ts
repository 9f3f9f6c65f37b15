/** The address of `10.1.2.3:4567`, `[fd00::7]:4567` or an address alone, without `::ffff:` before IPv4. */
export function addressOf(text: string): string {
  if (text.startsWith('[')) return plain(text.slice(1, text.indexOf(']')));
  const colon = text.lastIndexOf(':');
  return text.indexOf(':') === colon && colon >= 0 ? text.slice(0, colon) : plain(text);
}

/** The port of `10.1.2.3:4567` or `[fd00::7]:4567`. */
export function portOf(text: string): number | undefined {
  const digits = /^(?:\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(text)?.[1];
  return digits === undefined ? undefined : portNumber(digits);
}

export function portNumber(digits: string): number | undefined {
  const number = Number(digits);
  return /^\d{1,5}$/.test(digits) && number >= 1 && number <= 65535 ? number : undefined;
}

function plain(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
