import { findings } from '../../lib/findings/run-rules';
import { checkResult } from '../../lib/findings/check-result';
import { annotationSuppressions, matchesGlob } from '../../lib/findings/suppression';
import { parseSuppressions } from '../../lib/findings/suppression-file';
import { clusterOf } from '../helpers/manifests';
import { InputError } from '../../lib/basics/problem';

const server = (name: string, ignore?: string): string => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata:
  namespace: shop
  name: ${name}${ignore === undefined ? '' : `\n  annotations: { namespace-jail/ignore: ${JSON.stringify(ignore)} }`}
spec: { podSelector: {}, port: http, accessPolicy: all-unauthenticated }
`;

function check(manifests: string, file = ''): ReturnType<typeof checkResult> {
  const cluster = clusterOf(manifests, { workloadsElsewhere: ['shop'] });
  const suppressions = [...annotationSuppressions(cluster), ...parseSuppressions(file, 'accepted.yaml')];
  return checkResult(findings(cluster), suppressions);
}

function problems(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'no problem';
}

describe('an annotation', () => {
  it('takes a finding of its object out of those that count, and keeps it with the reason', () => {
    const { findings: open, suppressed } = check(server('web', 'unauthenticated-port: the shop window'));
    expect(open.map(({ rule }) => rule)).not.toContain('unauthenticated-port');
    expect(suppressed.map(({ finding, suppression }) => [finding.rule, suppression.reason])).toEqual([
      ['unauthenticated-port', 'the shop window'],
    ]);
  });

  it('says nothing about other objects and other rules', () => {
    const { findings: open } = check(`${server('web', 'unauthenticated-port: x')}---${server('api')}`);
    expect(open.map(({ rule, object }) => `${rule} ${object?.object.metadata.name}`)).toEqual([
      'unauthenticated-port api',
      'server-selects-nothing api',
    ]);
  });

  it('can name several rules, each with its reason', () => {
    const { suppressed } = check(
      server('web', 'unauthenticated-port: public; server-selects-nothing: in another repository: shop'),
    );
    expect(suppressed.map(({ suppression }) => suppression.reason).sort()).toEqual([
      'in another repository: shop',
      'public',
    ]);
  });

  it('may name a rule by its former id', () => {
    const closed = server('web', 'server-dark: not finished').replace('all-unauthenticated', 'deny');
    const { findings: open, suppressed } = check(closed);
    expect(suppressed.map(({ finding, suppression }) => [finding.rule, suppression.rule])).toEqual([
      ['server-admits-nobody', 'server-admits-nobody'],
    ]);
    expect(open.map(({ rule }) => rule)).toEqual(['server-selects-nothing']);
  });

  it('on an object that admission refuses accepts that as well', () => {
    const refused = server('web', 'refused-by-admission: a test of the webhook').replace('http', '0');
    expect(check(refused).suppressed).toHaveLength(1);
  });

  it('without a reason, or for a rule that does not exist, is bad input', () => {
    const bad = `${server('web', 'unauthenticated-port')}---${server('api', 'unauthenticated-prot: public; : x')}`;
    expect(problems(() => check(bad))).toMatchInlineSnapshot(`
      "manifests.yaml:7:18: annotation namespace-jail/ignore: "unauthenticated-port" gives no reason for ignoring unauthenticated-port; say why it is accepted: "unauthenticated-port: REASON"
      manifests.yaml:15:18: annotation namespace-jail/ignore: "unauthenticated-prot: public; : x" names the rule "unauthenticated-prot", which does not exist; see namespace-jail check --list-rules; did you mean "unauthenticated-port"?
      manifests.yaml:15:18: annotation namespace-jail/ignore: "unauthenticated-prot: public; : x" names the rule "", which does not exist; see namespace-jail check --list-rules"
    `);
  });

  it('that has nothing to accept any more is a note', () => {
    const { findings: open } = check(server('web', 'probe-refused: long ago'));
    expect(open.find(({ rule }) => rule === 'suppression-unused')?.text).toBe(
      'probe-refused finds nothing at server/shop/web, but is accepted there because "long ago".',
    );
  });
});

describe('a file of suppressions', () => {
  it('names objects by kind, namespace and name, with stars', () => {
    const file = '- { rule: unauthenticated-port, object: server/shop/web-*, reason: public }';
    const { findings: open, suppressed } = check(
      [server('web-a'), server('web-b'), server('api')].join('---'),
      file,
    );
    expect(suppressed).toHaveLength(2);
    expect(open.filter(({ rule }) => rule === 'unauthenticated-port')).toHaveLength(1);
  });

  it('may name a rule by its former id', () => {
    const closed = server('web').replace('all-unauthenticated', 'deny');
    const file = '- { rule: server-dark, object: server/shop/web, reason: not finished }';
    expect(check(closed, file).suppressed.map(({ finding }) => finding.rule)).toEqual([
      'server-admits-nobody',
    ]);
  });

  it('says all that is wrong with it, with its places', () => {
    const file = [
      '- { rule: unauthenticated-port, object: server/shop/web }',
      '- { rule: no-such-rule, object: server/shop/web, reason: because }',
      '- { rule: unauthenticated-port, object: web, reason: because }',
      '- { rule: unauthenticated-port, object: server/shop/web, reson: because }',
      '- unauthenticated-port',
    ].join('\n');
    expect(problems(() => parseSuppressions(file, 'accepted.yaml'))).toMatchInlineSnapshot(`
      "accepted.yaml:1:3: this suppression gives no reason for ignoring unauthenticated-port; say why it is accepted: "unauthenticated-port: REASON"
      accepted.yaml:2:5: this suppression names the rule "no-such-rule", which does not exist; see namespace-jail check --list-rules
      accepted.yaml:3:33: "web" is not the name of an object; write KIND/NAMESPACE/NAME, or KIND/NAME for a Namespace; * matches any text
      accepted.yaml:4:58: a suppression has no field "reson"; its fields are rule, object and reason; did you mean "reason"?
      accepted.yaml:5:3: a suppression must be a mapping, but this is "unauthenticated-port"; write a list of { rule: RULE, object: KIND/NAMESPACE/NAME, reason: TEXT }"
    `);
  });

  it('that is no list, or no YAML, is bad input', () => {
    expect(problems(() => parseSuppressions('rule: x', 'a.yaml'))).toContain(
      'a.yaml:1: a suppression file must be a list, but this is of type object',
    );
    expect(problems(() => parseSuppressions('- [', 'a.yaml'))).toContain('this is not valid YAML');
  });

  it('may be empty', () => {
    expect(parseSuppressions('# nothing yet\n', 'a.yaml')).toEqual([]);
  });
});

describe('patterns of objects', () => {
  it.each([
    ['server/shop/web', 'server/shop/web', true],
    ['Server/*/web', 'server/shop/web', true],
    ['*/shop/*', 'server/shop/web', true],
    ['server/*', 'server/shop/web', false],
    ['namespace/shop', 'namespace/shop', true],
    ['server/shop/a.b', 'server/shop/axb', false],
  ])('%s for %s: %s', (pattern, path, expected) => {
    expect(matchesGlob(pattern, path)).toBe(expected);
  });
});

it('asking one rule does not call suppressions of others unused', () => {
  const cluster = clusterOf(server('web', 'unauthenticated-port: public'));
  const result = checkResult(findings(cluster), annotationSuppressions(cluster), ['server-admits-nobody']);
  expect(result.findings).toEqual([]);
});
