import { isUtf8 } from 'node:buffer';
import type { Problem } from '../basics/problem';

/** A larger file is refused before it is read: the objects of a text take several times its size. */
export const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** The text of a file: UTF-8, or UTF-16 if it starts with a byte order mark (PowerShell's `>` writes that). */
export function decodeText(
  bytes: Buffer,
  file: string,
  most: number = MAX_FILE_BYTES,
): { readonly text: string } | { readonly problem: Problem } {
  if (bytes.length > most) return { problem: tooLarge(file, most) };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return {
      problem: {
        file,
        message: 'this is gzip-compressed',
        remedy: 'unpack it first: `gunzip -c FILE | namespace-jail … -`',
      },
    };
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 'utf-16le', file);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, 'utf-16be', file);
  const zero = bytes.indexOf(0);
  if (zero !== -1) {
    const message = `this is a binary file, not text (there is a zero byte at offset ${zero})`;
    return {
      problem: {
        file,
        message,
        remedy: 'name YAML or JSON files; text must be UTF-8, or UTF-16 with a byte order mark',
      },
    };
  }
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { problem: invalidUtf8(bytes, file) };
}

export function tooLarge(file: string, most: number): Problem {
  const limit = `${most / 1024 / 1024} MB`;
  return {
    file,
    message: `this is larger than ${limit}, the limit for one file`,
    remedy: 'split it, for instance by namespace',
  };
}

function decodeUtf16(bytes: Buffer, encoding: string, file: string): ReturnType<typeof decodeText> {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return {
      problem: {
        file,
        message: `this starts as ${encoding.toUpperCase()} text but is malformed`,
        remedy: 'save it as UTF-8',
      },
    };
  }
}

function invalidUtf8(bytes: Buffer, file: string): Problem {
  const offset = validPrefix(bytes);
  const before = bytes.subarray(0, offset).toString('utf8');
  const line = before.split('\n').length;
  const value = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')}`;
  return {
    file,
    line,
    column: before.length - before.lastIndexOf('\n'),
    message: `the byte ${value} here is not UTF-8`,
    remedy: 'save the file as UTF-8 (it may be Latin-1 or Windows-1252)',
  };
}

/** How many bytes from the start are valid, by bisection; a prefix ending inside a character may lack up to 3 bytes. */
function validPrefix(bytes: Buffer): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (hasValidPrefix(bytes, middle)) valid = middle;
    else invalid = middle;
  }
  while (valid > 0 && !isUtf8(bytes.subarray(0, valid))) valid -= 1;
  return valid;
}

function hasValidPrefix(bytes: Buffer, length: number): boolean {
  for (let cut = 0; cut <= 3 && cut <= length; cut += 1) {
    if (isUtf8(bytes.subarray(0, length - cut))) return true;
  }
  return false;
}
