import { clientAuthorization } from '../../lib/cluster/client-authorization';
import { oldestOfAll, type Condition } from '../../lib/cluster/unknown';
import type { DefaultPolicy } from '../../lib/linkerd/default-policy';
import { networksOf } from '../../lib/linkerd/network-match';
import { ClientIdentities, ClientSet } from '../../lib/sets/client-set';
import { NetworkSet } from '../../lib/sets/network-set';
import {
  inEveryCase,
  isAuditGrant,
  restricted,
  type Access,
  type AccessGrant,
} from '../../lib/verdict/access-sets';
import { objectsIn, server } from '../helpers/manifests';

/** Everybody at these addresses. */
function at(...cidrs: readonly string[]): ClientSet {
  return ClientSet.of(ClientIdentities.ALL, NetworkSet.fromItems(networksOf(cidrs)));
}

function grant(policy: DefaultPolicy, clients: ClientSet, ...when: readonly Condition[]): AccessGrant {
  const authorization = clientAuthorization({ kind: 'default', policy }, [], { kind: 'anyone' });
  const more = when.length === 0 ? {} : { when };
  return { level: 'server', name: `default/${policy}`, authorization, clients, ...more };
}

const SKIPPED: AccessGrant = {
  level: 'outside-policy',
  reason: 'subnet-skipped',
  name: 'subnet-skipped',
  clients: at('10.9.0.0/16'),
};

/** An access with these sets; `undefined` is nobody. */
function accessOf(sets: Partial<Pick<Access, 'allow' | 'audit' | 'possibly' | 'grants'>>): Access {
  const { NONE } = ClientSet;
  return {
    reason: 'authorized',
    server: 'server/s',
    allow: NONE,
    audit: NONE,
    possibly: NONE,
    grants: [],
    ...sets,
  };
}

function where({ allow, audit, possibly }: Access): string {
  const words = (set: ClientSet): string =>
    set.boxes.flatMap(({ networks }) => networks.cidrs()).join(',') || 'nobody';
  return `allow ${words(allow)}; audit ${words(audit)}; possibly ${words(possibly)}`;
}

const [older, younger] = oldestOfAll(
  objectsIn(server('a', '{ podSelector: {}, port: 80 }') + server('b', '{ podSelector: {}, port: 80 }')),
) as unknown as readonly [Condition, Condition];

describe('an audit grant', () => {
  it('is one of the policy audit, at any level that policy has', () => {
    expect(isAuditGrant(grant('audit', at('10.0.0.0/8')))).toBe(true);
    expect(isAuditGrant(grant('all-unauthenticated', at('10.0.0.0/8')))).toBe(false);
    expect(isAuditGrant(SKIPPED)).toBe(false);
  });
});

describe('an access by some of its grants alone', () => {
  const whole = accessOf({
    allow: at('10.1.0.0/16', '10.9.0.0/16'),
    audit: at('10.2.0.0/16'),
    possibly: at('10.4.0.0/16'),
    grants: [
      grant('all-unauthenticated', at('10.1.0.0/16')),
      SKIPPED,
      grant('audit', at('10.1.0.0/16', '10.2.0.0/16')),
      grant('cluster-unauthenticated', at('10.4.0.0/16'), older),
    ],
  });

  it('is itself, where none is left out', () => {
    expect(restricted(whole, () => true)).toBe(whole);
  });

  it('lets in only whom those let in', () => {
    const written = restricted(whole, ({ level }) => level === 'server');
    expect(where(written)).toBe('allow 10.1.0.0/16; audit 10.2.0.0/16; possibly 10.4.0.0/16');
    expect(written.grants).toHaveLength(3);
    expect(where(restricted(whole, () => false))).toBe('allow nobody; audit nobody; possibly nobody');
  });

  it('audits whom another grant had let in outright', () => {
    expect(where(restricted(whole, isAuditGrant))).toBe(
      'allow nobody; audit 10.1.0.0/16,10.2.0.0/16; possibly nobody',
    );
  });

  it('lets in for sure nobody who was let in only if something is the case', () => {
    const unsure = restricted(whole, ({ when }) => when !== undefined);
    expect(where(unsure)).toBe('allow nobody; audit nobody; possibly 10.4.0.0/16');
    expect(unsure.server).toBe('server/s');
  });

  it('keeps in `possibly` nobody whom it audits', () => {
    const both = accessOf({
      audit: at('10.2.0.0/16'),
      possibly: at('10.1.0.0/16'),
      allow: at('10.3.0.0/16'),
      grants: [SKIPPED, grant('audit', at('10.0.0.0/8'))],
    });
    expect(where(restricted(both, isAuditGrant))).toBe(
      'allow nobody; audit 10.2.0.0/15; possibly 10.1.0.0/16',
    );
  });
});

describe('what is the case whatever is true', () => {
  it('is the only case, if there is but one', () => {
    const only = accessOf({ allow: at('10.1.0.0/16') });
    expect(inEveryCase([{ access: only, when: [older] }])).toBe(only);
    expect(() => inEveryCase([])).toThrow('a port has at least one policy');
  });

  it('is that those get in whom all cases let in; others possibly, if any case does', () => {
    const cases = inEveryCase([
      { access: accessOf({ allow: at('10.1.0.0/16', '10.2.0.0/16') }), when: [older] },
      { access: accessOf({ allow: at('10.1.0.0/16'), audit: at('10.3.0.0/16') }), when: [younger] },
    ]);
    expect(where(cases)).toBe('allow 10.1.0.0/16; audit nobody; possibly 10.2.0.0/15');
  });

  it('is that those are audited whom all cases audit; who is allowed in one of them is neither', () => {
    const cases = inEveryCase([
      { access: accessOf({ audit: at('10.1.0.0/16', '10.2.0.0/16') }), when: [older] },
      { access: accessOf({ audit: at('10.1.0.0/16'), allow: at('10.2.0.0/16') }), when: [younger] },
    ]);
    expect(where(cases)).toBe('allow nobody; audit 10.1.0.0/16; possibly 10.2.0.0/16');
  });

  it('is that those possibly get in whom some case possibly lets in', () => {
    const cases = inEveryCase([
      { access: accessOf({ allow: at('10.1.0.0/16'), possibly: at('10.5.0.0/16') }), when: [older] },
      { access: accessOf({ allow: at('10.1.0.0/16') }), when: [younger] },
    ]);
    expect(where(cases)).toBe('allow 10.1.0.0/16; audit nobody; possibly 10.5.0.0/16');
  });

  it('is told grant by grant: each once and without condition, where all cases make it', () => {
    const everywhere = grant('all-unauthenticated', at('10.1.0.0/16'));
    const here = grant('cluster-unauthenticated', at('10.2.0.0/16'));
    const { grants } = inEveryCase([
      { access: accessOf({ grants: [everywhere, here] }), when: [older] },
      { access: accessOf({ grants: [everywhere] }), when: [younger] },
    ]);
    expect(grants.map(({ name, when }) => [name, when])).toEqual([
      ['default/all-unauthenticated', undefined],
      ['default/cluster-unauthenticated', [older]],
    ]);
  });

  it('tells grants apart by name, level, clients and conditions of their own', () => {
    const mine = grant('all-unauthenticated', at('10.1.0.0/16'));
    const others: readonly AccessGrant[] = [
      grant('audit', at('10.1.0.0/16')),
      { ...mine, level: 'route' } as AccessGrant,
      grant('all-unauthenticated', at('10.2.0.0/16')),
      grant('all-unauthenticated', at('10.1.0.0/16'), older),
    ];
    for (const other of others) {
      const { grants } = inEveryCase([
        { access: accessOf({ grants: [mine] }), when: [older] },
        { access: accessOf({ grants: [other] }), when: [younger] },
      ]);
      expect(grants.map(({ when }) => when)).toEqual([[older], [younger, ...(other.when ?? [])]]);
    }
  });
});
