import { dump, loadAll } from 'js-yaml';
import { isFields } from '../../lib/kubernetes/fields';
import type { Random } from './random';
import { KEYS, TOKENS, VALUES } from './words';

/** One input: one to three seeds, mutated as text or as objects, sometimes as both. */
export function mutate(random: Random, seeds: readonly string[]): Buffer {
  const count = 1 + random.below(3);
  let text = Array.from({ length: count }, () => random.pick(seeds)).join('\n---\n');
  const asObjects = random.chance(0.7);
  if (asObjects) text = mutateObjects(random, text);
  if (!asObjects || random.chance(0.1)) text = mutateText(random, text, seeds);
  const bytes = Buffer.from(text);
  return random.chance(0.1) ? mutateBytes(random, bytes) : bytes;
}

function mutateText(random: Random, input: string, seeds: readonly string[]): string {
  let text = input;
  for (let round = 1 + random.below(4); round > 0; round -= 1) {
    const at = random.below(text.length + 1);
    const length = random.below(random.chance(0.8) ? 20 : 400);
    switch (random.below(8)) {
      case 0:
        text = text.slice(0, at);
        break;
      case 1:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(at, at + length).repeat(1 + random.below(5)) + text.slice(at);
        break;
      case 3: {
        const other = random.pick(seeds);
        const from = random.below(other.length);
        text = text.slice(0, at) + other.slice(from, from + length) + text.slice(at);
        break;
      }
      case 4:
        text =
          text.slice(0, at) + random.pick(TOKENS).repeat(random.chance(0.05) ? 5000 : 1) + text.slice(at);
        break;
      case 5:
        text =
          text.slice(0, at) +
          String.fromCodePoint(random.below(random.chance(0.5) ? 0x80 : 0xd800)) +
          text.slice(at + 1);
        break;
      case 6:
        text = anchorSomewhere(random, text);
        break;
      default:
        text = text.slice(0, at) + random.pick(TOKENS) + text.slice(at);
    }
  }
  return text;
}

/** Puts an anchor at one value and an alias to it in place of another, before or after it. */
function anchorSomewhere(random: Random, text: string): string {
  const places = [...text.matchAll(/: (?=\S)/g)].map(({ index }) => index + 2);
  if (places.length < 2) return `${text}\na: &a [*a]\n`;
  const anchor = random.pick(places);
  const alias = random.pick(places);
  const end = /[\n,}]/.exec(text.slice(alias))?.index ?? 0;
  const aliased = `${text.slice(0, alias)}*a${text.slice(alias + end)}`;
  return anchor <= alias ? `${aliased.slice(0, anchor)}&a ${aliased.slice(anchor)}` : aliased;
}

function mutateObjects(random: Random, text: string): string {
  const documents = loadAll(text.replace(/\}\s*\n\s*\{/g, '}\n---\n{'));
  for (let round = 1 + random.below(4); round > 0; round -= 1) {
    const index = random.below(documents.length);
    documents[index] = change(random, documents[index], 0);
    if (random.chance(0.1)) documents.push(documents[random.below(documents.length)]);
  }
  const asJson = random.chance(0.3);
  if (asJson)
    return documents.map((document) => JSON.stringify(document, undefined, random.below(3))).join('\n');
  return documents
    .map((document) =>
      dump(document, { skipInvalid: true, flowLevel: random.below(8), noRefs: random.chance(0.5) }),
    )
    .join('---\n');
}

/** Walks down a random path and changes what it finds at the end. */
function change(random: Random, value: unknown, depth: number): unknown {
  if (Array.isArray(value) && value.length > 0 && random.chance(0.85)) {
    const items = [...(value as unknown[])];
    const index = random.below(items.length);
    items[index] = change(random, items[index], depth + 1);
    return items;
  }
  if (isFields(value) && Object.keys(value).length > 0 && random.chance(0.9)) {
    const copy = { ...value };
    // What surrounds spec mostly decides whether the object is read at all; the engine works below spec.
    const key =
      depth === 0 && Object.hasOwn(copy, 'spec') && random.chance(0.85)
        ? 'spec'
        : random.pick(Object.keys(copy));
    const act = depth === 0 ? 0 : random.below(14);
    if (act === 1) delete copy[key];
    else if (act === 2) setOwn(copy, random.pick(KEYS), copy[key]);
    else if (act === 3) setOwn(copy, random.pick(KEYS), random.pick(VALUES));
    else if (act === 4) setOwn(copy, key, random.pick(Object.values(copy)));
    else setOwn(copy, key, change(random, copy[key], depth + 1));
    return copy;
  }
  return replacement(random, value);
}

function replacement(random: Random, value: unknown): unknown {
  switch (random.below(7)) {
    case 0:
      return [value];
    case 1:
      return { [random.pick(KEYS)]: value };
    case 2:
      return nested(value, random.below(random.chance(0.1) ? 300 : 5), random.chance(0.5));
    case 3:
      return typeof value === 'string'
        ? value.slice(0, random.below(value.length + 1)) + random.pick(TOKENS)
        : (JSON.stringify(value) ?? 'undefined');
    case 4:
      return Array.from({ length: random.below(40) }, () => random.pick(VALUES));
    default:
      return random.pick(VALUES);
  }
}

function nested(value: unknown, depth: number, asList: boolean): unknown {
  let outer = value;
  for (let level = 0; level < depth; level += 1) outer = asList ? [outer] : { a: outer };
  return outer;
}

function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

function mutateBytes(random: Random, input: Buffer): Buffer {
  const bytes = Buffer.from(input);
  for (let round = 1 + random.below(5); round > 0 && bytes.length > 0; round -= 1) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  if (random.chance(0.1))
    return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(bytes.toString('latin1'), 'utf16le')]);
  return bytes;
}
