import fc from 'fast-check';
import { utf8Length } from '../../lib/basics/utf8';

it.each([
  ['', 0],
  ['/api', 4],
  ['\u007f\u0080', 3],
  ['ä', 2],
  ['\u07ff\u0800', 5],
  ['€', 3],
  ['\uffff', 3],
  ['😀', 4],
  ['😀x', 5],
  ['\ud83d', 3],
  ['\ude00\ud83d', 6],
])('%j has %i bytes in UTF-8', (text, bytes) => {
  expect(utf8Length(text)).toBe(bytes);
});

it('any text has as many bytes as when it is encoded', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(fc.property(text, (any) => expect(utf8Length(any)).toBe(Buffer.byteLength(any))));
});
