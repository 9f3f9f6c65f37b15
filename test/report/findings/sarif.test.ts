import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { findings, noteFindings } from '../../../lib/findings/run-rules';
import { checkResult } from '../../../lib/findings/check-result';
import { annotationSuppressions } from '../../../lib/findings/suppression';
import { parseSuppressions } from '../../../lib/findings/suppression-file';
import { SARIF_HOST } from '../../../lib/cli/sarif-host';
import { findingsSarif } from '../../../lib/report/findings/sarif';
import { clusterOf } from '../../helpers/manifests';

const MANIFESTS = `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: web, annotations: { namespace-jail/ignore: "unauthenticated-port: public" } }
spec: { podSelector: {}, port: http, accessPolicy: all-unauthenticated }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: api }
spec: { podSelector: {}, port: "8080" }
`;

interface Log {
  runs: [
    {
      tool: { driver: { rules: { id: string; helpUri: string; deprecatedIds?: string[] }[] } };
      results: {
        ruleId: string;
        ruleIndex: number;
        level: string;
        locations: unknown[];
        partialFingerprints: Record<string, string>;
        suppressions: { kind: string; justification: string }[];
      }[];
    },
  ];
}

function sarif(manifests = MANIFESTS): Log {
  const cluster = clusterOf(manifests);
  const suppressions = [
    ...annotationSuppressions(cluster),
    ...parseSuppressions(
      '- { rule: server-admits-nobody, object: server/shop/api, reason: soon }',
      'accepted.yaml',
    ),
  ];
  const notes = noteFindings([{ file: 'a b.txt', message: 'not read', remedy: 'name it *.yaml' }]);
  return JSON.parse(
    findingsSarif(checkResult([...notes, ...findings(cluster)], suppressions), {
      color: false,
      version: '1.2.3',
      host: SARIF_HOST,
    }),
  ) as Log;
}

/** The schema of SARIF 2.1.0 is written in draft 4, whose words it uses are those of later drafts but for \`id\`. */
function schema(): Record<string, unknown> {
  const file = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const {
    id: _id,
    $schema: _draft,
    ...rest
  } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return rest;
}

it('fits the schema of SARIF 2.1.0', () => {
  const validate = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    unicodeRegExp: false,
  }).compile(schema());
  expect(validate(sarif()) ? [] : validate.errors).toEqual([]);
  expect(validate({ ...sarif(), version: '2.0.0' })).toBe(false);
});

it('says of each finding what it is, how grave and where', () => {
  const [{ results }] = sarif().runs;
  const quoted = results.find(({ ruleId }) => ruleId === 'server-port-quoted');
  expect(quoted).toMatchObject({
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'manifests.yaml' },
          region: { startLine: 9, startColumn: 26 },
        },
        logicalLocations: [{ fullyQualifiedName: 'server/shop/api', kind: 'object' }],
      },
    ],
    suppressions: [],
  });
});

it('knows every rule of a result, with its page', () => {
  const [{ tool, results }] = sarif().runs;
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(tool.driver.rules.every(({ id, helpUri }) => helpUri.endsWith(`/docs/rules/${id}.md`))).toBe(true);
});

it('names the former ids of a rule, so that alerts survive its renaming', () => {
  const [{ tool }] = sarif().runs;
  const idsOf = (id: string): unknown => tool.driver.rules.find((rule) => rule.id === id)?.deprecatedIds;
  expect(idsOf('server-admits-nobody')).toEqual(['server-dark']);
  expect(idsOf('server-port-quoted')).toBeUndefined();
});

it('keeps the fingerprint of a finding when its rule is renamed', () => {
  const [finding] = findings(clusterOf(MANIFESTS)).filter(({ rule }) => rule === 'server-admits-nobody');
  const before = { findings: [{ ...finding!, rule: 'server-dark' }], suppressed: [], rules: [] };
  const after = checkResult([finding!], []);
  const fingerprint = (result: typeof after): unknown => {
    const text = findingsSarif(result, { color: false, version: '1.2.3', host: SARIF_HOST });
    return (JSON.parse(text) as Log).runs[0].results[0]?.partialFingerprints;
  };
  expect(fingerprint(after)).toEqual(fingerprint(before));
});

it('keeps accepted findings, with who accepted them and why', () => {
  const [{ results }] = sarif().runs;
  const accepted = results.filter(({ suppressions }) => suppressions.length > 0);
  expect(
    accepted.map(({ ruleId, suppressions }) => [
      ruleId,
      suppressions[0]?.kind,
      suppressions[0]?.justification,
    ]),
  ).toEqual([
    ['unauthenticated-port', 'inSource', 'public'],
    ['server-admits-nobody', 'external', 'soon'],
  ]);
});

it('recognizes a finding after lines have moved', () => {
  const fingerprints = (log: Log): unknown[] =>
    log.runs[0].results.map(({ partialFingerprints }) => partialFingerprints);
  const before = fingerprints(sarif());
  expect(fingerprints(sarif(`# a comment\n\n${MANIFESTS}`))).toEqual(before);
  expect(new Set(before.map((each) => JSON.stringify(each))).size).toBe(before.length);
});

it('writes paths as URIs', () => {
  expect(JSON.stringify(sarif())).toContain('"a%20b.txt"');
  const [note] = noteFindings([{ file: '/tmp/a b.txt', message: 'not read', remedy: 'name it *.yaml' }]);
  expect(
    findingsSarif(checkResult([note!], []), { color: false, version: '1.2.3', host: SARIF_HOST }),
  ).toContain('"file:///tmp/a%20b.txt"');
});
