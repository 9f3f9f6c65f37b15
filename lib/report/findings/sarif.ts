import type { SarifHost } from './sarif-host';
import type { CheckResult } from '../../findings/check-result';
import type { RuleFacts } from '../../findings/run-rules';
import type { Suppression } from '../../findings/suppression';
import { visible } from '../../basics/visible';
import { json } from '../wording/object-json';
import type { Printable } from '../wording/printable';
import { rulePage, SEVERITY_WORDS, subject, type FindingsOptions } from './sentences';
import type { Finding } from '../../findings/finding';

/** SARIF 2.1.0, as code scanning accepts it. */
export function findingsSarif(result: CheckResult, { version, host }: FindingsOptions): Printable {
  const indexes = new Map(result.rules.map(({ id }, index) => [id, index]));
  const fingerprints = new Fingerprints(result.rules, host);
  const toResult = (finding: Finding, suppression?: Suppression): object => ({
    ruleId: finding.rule,
    ruleIndex: indexes.get(finding.rule) ?? -1,
    level: SEVERITY_WORDS[finding.severity],
    message: { text: message(finding) },
    locations: [location(finding, host)],
    partialFingerprints: { 'namespaceJail/v1': fingerprints.of(finding) },
    suppressions: suppression === undefined ? [] : [suppressionOf(suppression, host)],
  });
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'namespace-jail',
            version,
            informationUri: 'https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail',
            rules: result.rules.map(({ id, formerIds, severity, title }) => ({
              id,
              ...(formerIds === undefined ? {} : { deprecatedIds: formerIds }),
              shortDescription: { text: title },
              helpUri: rulePage(id),
              defaultConfiguration: { level: SEVERITY_WORDS[severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: [
          ...result.findings.map((finding) => toResult(finding)),
          ...result.suppressed.map(({ finding, suppression }) => toResult(finding, suppression)),
        ],
      },
    ],
  };
  return json(log);
}

/** Paragraphs of text. A viewer would make a link of `[…](…)`, and show no line break but ours. */
function message({ text, remedy, snippets = [] }: Finding): string {
  const said = [text, `Fix: ${remedy}.`].map(visible);
  const shown = snippets.map(({ code }) => code.split('\n').map(visible).join('\n'));
  return [...said, ...shown].join('\n\n').replace(/\[(?=[^\]]*\]\()/g, '\\[');
}

function location(finding: Finding, host: SarifHost): object {
  const { file, line, column } = finding.place;
  const name = subject(finding);
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file, host) },
      region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
    },
    ...(name === '' ? {} : { logicalLocations: [{ fullyQualifiedName: visible(name), kind: 'object' }] }),
  };
}

/** Relative to where the command ran; for code scanning, that is the root of the repository. */
function uriOf(file: string, host: SarifHost): string {
  if (file === '-') return 'stdin';
  const absolute = host.absoluteUri(file);
  if (absolute !== undefined) return absolute;
  const segments = file
    .replace(/\\/g, '/')
    .replace(/^(\.\/)+/, '')
    .split('/');
  return segments.map(encodeURIComponent).join('/');
}

function suppressionOf({ by, reason, place }: Suppression, host: SarifHost): object {
  return {
    kind: by === 'annotation' ? 'inSource' : 'external',
    justification: visible(reason),
    location: {
      physicalLocation: {
        artifactLocation: { uri: uriOf(place.file, host) },
        region: { startLine: place.line },
      },
    },
  };
}

/** Identifies a finding after lines have moved or its rule was renamed: rule, object, field, and a count of its equals. */
class Fingerprints {
  private readonly seen = new Map<string, number>();
  private readonly firstIds: ReadonlyMap<string, string>;

  public constructor(
    rules: readonly RuleFacts[],
    private readonly host: SarifHost,
  ) {
    this.firstIds = new Map(rules.map(({ id, formerIds }) => [id, formerIds?.[0] ?? id]));
  }

  public of(finding: Finding): string {
    const rule = this.firstIds.get(finding.rule) ?? finding.rule;
    const key = JSON.stringify([rule, subject(finding) || finding.place.file, finding.path ?? []]);
    const count = (this.seen.get(key) ?? 0) + 1;
    this.seen.set(key, count);
    return this.host.sha256(`${key}#${count}`).slice(0, 32);
  }
}
