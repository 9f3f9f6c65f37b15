import { decodeNetworks, decodeSelector } from '../../lib/cluster/field-decoders';
import { matchesSelector } from '../../lib/kubernetes/selector';
import { server, unchecked } from '../helpers/manifests';
import { networksOf } from '../../lib/linkerd/network-match';
import { refersTo } from '../../lib/kubernetes/references';

describe('a label selector', () => {
  it.each([
    ['absent', undefined],
    ['null, which the API server takes for absent', null],
    ['empty', {}],
  ])('that is %s selects everything (3.4)', (_, value) => {
    const selector = decodeSelector(value);
    expect(selector).toBeDefined();
    expect(matchesSelector(selector ?? { matchLabels: { never: 'x' } }, { app: 'web' })).toBe(true);
  });

  it('keeps what it demands', () => {
    const value = {
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['a', 'b'] },
        { key: 'old', operator: 'DoesNotExist' },
      ],
    };
    expect(decodeSelector(value)).toEqual(value);
  });

  it.each([
    'externalWorkloadSelector: 7',
    'externalWorkloadSelector: [app]',
    'podSelector: { matchLabels: [app] }',
    'podSelector: { matchLabels: app }',
    'podSelector: { matchLabels: { app: 7 } }',
    'podSelector: { matchLabels: { tier: api, app: true } }',
    'podSelector: { matchExpressions: { key: app } }',
    'podSelector: { matchExpressions: [app] }',
    'podSelector: { matchExpressions: [{ operator: Exists }] }',
    'podSelector: { matchExpressions: [{ key: 7, operator: Exists }] }',
    'podSelector: { matchExpressions: [{ key: app }] }',
    'podSelector: { matchExpressions: [{ key: app, operator: 7 }] }',
    'podSelector: { matchExpressions: [{ key: a, operator: Exists }, { key: b, operator: In, values: web }] }',
    'podSelector: { matchExpressions: [{ key: app, operator: In, values: [web, 7] }] }',
  ])('makes Linkerd unable to decode a Server with %s (W4)', (selector) => {
    expect(unchecked(server('odd', `{ ${selector}, port: 80 }`)).policyOf('shop')).toMatchObject({
      servers: [],
      ignored: [{ name: 'server/odd', reason: 'Linkerd cannot decode it' }],
    });
  });
});

describe('a list of networks', () => {
  it.each([undefined, null, []])('%p is empty', (value) => {
    expect(decodeNetworks(value)).toEqual([]);
  });

  it.each([
    ['no list', { cidr: '10.0.0.0/8' }],
    ['an item without cidr', [{}]],
    ['an item that is no mapping', ['10.0.0.0/8']],
    ['a cidr that is none', [{ cidr: '10.0.0.0/8' }, { cidr: '10.0.0.0/33' }]],
    ['an exception that is no cidr', [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16', 'x'] }]],
    ['an exception that is no text', [{ cidr: '10.0.0.0/8', except: [10] }]],
  ])('cannot be read with %s (W17)', (_, value) => {
    expect(decodeNetworks(value)).toBeUndefined();
  });

  it('takes bare addresses for networks of one address (3.13)', () => {
    expect(decodeNetworks([{ cidr: '10.0.0.1' }])).toEqual(decodeNetworks([{ cidr: '10.0.0.1/32' }]));
  });

  it('of the configuration passes over what is no network', () => {
    expect(networksOf(['10.0.0.0/8', 'x'])).toEqual(decodeNetworks([{ cidr: '10.0.0.0/8' }]));
  });
});

describe('a reference means a kind', () => {
  it.each<[reference: unknown, group: string, kind: string, expected: boolean]>([
    [{ group: 'Policy.linkerd.io', kind: 'SERVER' }, 'policy.linkerd.io', 'Server', true],
    [{ group: 'apps', kind: 'Server' }, 'policy.linkerd.io', 'Server', false],
    [{ group: 'policy.linkerd.io' }, 'policy.linkerd.io', 'Server', false],
    [{ kind: 'Namespace' }, 'core', 'Namespace', true],
    [{ group: '', kind: 'Namespace' }, 'core', 'Namespace', true],
    [{ group: 'Core', kind: 'Namespace' }, 'core', 'Namespace', true],
    [{ group: 'apps', kind: 'Namespace' }, 'core', 'Namespace', false],
  ])('%p of %s/%s: %p, in upper or lower case, an empty group being core (section 2)', (...args) => {
    const [reference, group, kind, expected] = args;
    expect(refersTo(reference, group, kind)).toBe(expected);
  });
});
