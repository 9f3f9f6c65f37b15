import { markupTag } from './markup';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML, for attributes and elements alike; hidden characters, some of which XML cannot hold, are visible before. */
export const xml = markupTag('xml', (text) => text.replace(/[&<>"']/g, (found) => ENTITIES[found] ?? found));
