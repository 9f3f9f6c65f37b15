import fc from 'fast-check';
import {
  EXCEPTION_FROM,
  formatExceptionTerms,
  parseExceptionTerms,
  type ExceptionTerm,
} from '../../lib/linkerd/exception-terms';
import { lawRuns } from '../helpers/laws';

const name = fc.constantFrom('a', 'shop', 'web-1', 'from', 'except', 'everyone');

const who: fc.Arbitrary<ExceptionTerm['who']> = fc.oneof(
  fc.constant({ kind: 'anyone' as const }),
  fc.constant({ kind: 'anyMeshed' as const }),
  fc.record({ kind: fc.constant('namespace' as const), namespace: name }),
  fc.record({
    kind: fc.constant('serviceAccount' as const),
    namespace: name,
    name: fc.oneof(name, fc.constant('dotted.name')),
  }),
  fc.record({
    kind: fc.constant('identity' as const),
    identity: fc.constantFrom('*', '*.example', 'web.shop.example', 'spiffe://corp/vm'),
  }),
);

const from = fc.oneof(
  fc.constantFrom('10.0.0.0/8', '192.168.1.1', 'fd00::/8').map((cidr) => ({ cidr })),
  fc
    .uniqueArray(fc.constantFrom('10.1.0.0/16', '10.2.3.4', '10.200.0.0/16'), { minLength: 1 })
    .map((except) => ({ cidr: '10.0.0.0/8', except })),
);

const term: fc.Arbitrary<ExceptionTerm> = fc
  .tuple(who, fc.option(from, { nil: undefined }))
  .map(([subject, network]) => (network === undefined ? { who: subject } : { who: subject, from: network }));

it('what is written is read back as the same terms', () => {
  fc.assert(
    fc.property(fc.array(term, { minLength: 1, maxLength: 4 }), (terms) =>
      expect(parseExceptionTerms(formatExceptionTerms(terms))).toEqual({ terms }),
    ),
    { numRuns: lawRuns(500) },
  );
});

it('each kind of client has words of its own', () => {
  expect(
    formatExceptionTerms([
      { who: { kind: 'anyone' } },
      { who: { kind: 'anyMeshed' }, from: { cidr: '10.0.0.0/8', except: [] } },
      { who: { kind: 'namespace', namespace: 'shop' } },
      { who: { kind: 'serviceAccount', namespace: 'shop', name: 'web' } },
      {
        who: { kind: 'identity', identity: '*.example' },
        from: { cidr: 'fd00::/8', except: ['fd00::1', 'fd00::2'] },
      },
    ]),
  ).toBe(
    'everyone, any-meshed from 10.0.0.0/8, namespace shop, serviceaccount shop/web, ' +
      'identity *.example from fd00::/8 except fd00::1 fd00::2',
  );
});

it('every term that cannot be read is a problem, with what is wrong, the term, and what is allowed', () => {
  expect(parseExceptionTerms('everybody, everyone, namespace Shop from 10.0.0.0/8')).toEqual({
    problems: [
      {
        what: '"everybody" is not a client',
        value: 'everybody',
        allowed: expect.stringContaining('any-meshed'),
      },
      {
        what: '"namespace Shop" does not name a namespace',
        value: 'namespace Shop from 10.0.0.0/8',
        allowed: expect.stringContaining(EXCEPTION_FROM),
      },
    ],
  });
});

it('a namespace may be called "from"', () => {
  const terms = [{ who: { kind: 'namespace' as const, namespace: 'from' }, from: { cidr: '10.0.0.0/8' } }];
  expect(parseExceptionTerms('namespace from from 10.0.0.0/8')).toEqual({ terms });
  expect(parseExceptionTerms('namespace from 10.0.0.0/8').problems).toMatchObject([
    { what: '"namespace" does not name a namespace' },
  ]);
});

it.each([
  ['everyone else', '"everyone else" has extra words after everyone'],
  ['any-meshed client', '"any-meshed client" has extra words after any-meshed'],
  ['namespace', '"namespace" does not name a namespace'],
  ['namespace a b', '"namespace a b" has too many words'],
  ['serviceaccount', '"serviceaccount" does not name a ServiceAccount as NAMESPACE/NAME'],
  ['serviceaccount shop', '"serviceaccount shop" does not name a ServiceAccount as NAMESPACE/NAME'],
  ['serviceaccount shop/', '"serviceaccount shop/" does not name a ServiceAccount as NAMESPACE/NAME'],
  ['serviceaccount Shop/web', '"serviceaccount Shop/web" does not name a ServiceAccount as NAMESPACE/NAME'],
  ['serviceaccount a/b/c', '"serviceaccount a/b/c" does not name a ServiceAccount as NAMESPACE/NAME'],
  ['identity', '"identity" is not an identity: it is missing'],
  ['', '"" is not a client'],
  ['from 10.0.0.0/8', '"" is not a client'],
  [
    'everyone from 10.0.0.0/8 192.168.0.0/16',
    '"everyone from 10.0.0.0/8 192.168.0.0/16" names more than one network; repeat the client for each of them',
  ],
  [
    'everyone from 10.0.0.0/8 except',
    '"everyone from 10.0.0.0/8 except" names more than one network; repeat the client for each of them',
  ],
])('%j is no term: %s', (text, what) => {
  expect(parseExceptionTerms(text).problems?.map((problem) => problem.what)).toEqual([what]);
});

it.each([
  ['identity Web.example', /^"identity Web\.example" is not an identity: it must /],
  ['everyone from 10.0.0.0/33', /^in "everyone from 10\.0\.0\.0\/33": .*10\.0\.0\.0\/33/],
  ['everyone from', /^in "everyone from": /],
  ['everyone from 10.0.0.0/8 except 192.168.0.0/16', /^in "everyone from .*192\.168\.0\.0\/16/],
])('%j is no term, as admission says of such a value', (text, what) => {
  const problems = parseExceptionTerms(text).problems ?? [];
  expect(problems).toHaveLength(1);
  expect(problems[0]?.what).toMatch(what);
});
