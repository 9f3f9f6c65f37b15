import { SARIF_HOST } from '../../../lib/cli/sarif-host';
import { findings } from '../../../lib/findings/run-rules';
import { checkResult, type CheckResult } from '../../../lib/findings/check-result';
import { annotationSuppressions } from '../../../lib/findings/suppression';
import { findingsJson } from '../../../lib/report/findings/json';
import { findingsMarkdown } from '../../../lib/report/findings/markdown';
import { findingsText } from '../../../lib/report/findings/text';
import { clusterOf } from '../../helpers/manifests';
import { NOTHING_READ } from '../../helpers/coverage';

function result(manifests: string): CheckResult {
  const cluster = clusterOf(manifests);
  return checkResult(findings(cluster), annotationSuppressions(cluster));
}

const TWO = result(`apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: { config.linkerd.io/default-inbound-policy: denny }
---
apiVersion: v1
kind: Namespace
metadata:
  name: front
  annotations:
    linkerd.io/inject: "yes"
    namespace-jail/ignore: 'annotation-invalid: read by our own injector'
`);

describe('text', () => {
  it('groups findings by file, with a remedy each, and counts them in the last line', () => {
    expect(findingsText(TWO, { color: false, version: '1.2.3', host: SARIF_HOST })).toMatchInlineSnapshot(`
      "error  annotation-invalid  1  https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs/rules/annotation-invalid.md

      manifests.yaml
        5:18  error  annotation-invalid  namespace/shop
          Namespace shop has config.linkerd.io/default-inbound-policy: "denny", which is not a value
          Linkerd accepts, so the cluster's default applies, all-unauthenticated.
          fix: write one of all-authenticated, all-unauthenticated, cluster-authenticated,
               cluster-unauthenticated, deny and audit; did you mean "deny"?

      1 error, 1 suppressed
      "
    `);
  });

  it('is coloured only where it is asked to be', () => {
    expect(findingsText(TWO, { color: true, version: '1.2.3', host: SARIF_HOST })).toContain('\u001b[');
    expect(findingsText(TWO, { color: false, version: '1.2.3', host: SARIF_HOST })).not.toContain('\u001b[');
  });

  it('says so when nothing is found', () => {
    expect(findingsText(result(''), { color: false, version: '1.2.3', host: SARIF_HOST })).toBe(
      'nothing found\n',
    );
  });
});

it('JSON has a kind, a version and counts, and keeps what is accepted', () => {
  expect(
    JSON.parse(
      findingsJson(TWO, { color: false, version: '1.2.3', host: SARIF_HOST, coverage: NOTHING_READ }),
    ),
  ).toMatchInlineSnapshot(`
    {
      "apiVersion": "namespace-jail/v1",
      "coverage": {
        "accepted": [],
        "elsewhere": [],
        "leftOut": [],
        "namespaces": [],
        "notJudged": [],
        "objects": {
          "irrelevant": 0,
          "judged": 0,
        },
        "text": "judged 0 workloads of 0 namespaces; not judged: 0",
        "whole": true,
        "workloads": 0,
      },
      "findings": [
        {
          "object": {
            "apiVersion": "v1",
            "kind": "Namespace",
            "name": "shop",
          },
          "path": [
            "metadata",
            "annotations",
            "config.linkerd.io/default-inbound-policy",
          ],
          "place": {
            "column": 18,
            "file": "manifests.yaml",
            "line": 5,
          },
          "remedy": "write one of all-authenticated, all-unauthenticated, cluster-authenticated, cluster-unauthenticated, deny and audit; did you mean "deny"?",
          "rule": "annotation-invalid",
          "severity": "error",
          "text": "Namespace shop has config.linkerd.io/default-inbound-policy: "denny", which is not a value Linkerd accepts, so the cluster's default applies, all-unauthenticated.",
        },
      ],
      "kind": "CheckReport",
      "summary": {
        "errors": 1,
        "infos": 0,
        "rules": [
          {
            "count": 1,
            "page": "https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs/rules/annotation-invalid.md",
            "rule": "annotation-invalid",
            "severity": "error",
          },
        ],
        "suppressed": 1,
        "text": "1 error, 1 suppressed",
        "warnings": 0,
      },
      "suppressed": [
        {
          "object": {
            "apiVersion": "v1",
            "kind": "Namespace",
            "name": "front",
          },
          "path": [
            "metadata",
            "annotations",
            "linkerd.io/inject",
          ],
          "place": {
            "column": 5,
            "file": "manifests.yaml",
            "line": 12,
          },
          "remedy": "write one of enabled, ingress and disabled",
          "rule": "annotation-invalid",
          "severity": "error",
          "suppression": {
            "by": "annotation",
            "place": {
              "column": 5,
              "file": "manifests.yaml",
              "line": 13,
            },
            "reason": "read by our own injector",
          },
          "text": "Namespace front has linkerd.io/inject: "yes", which is not a value Linkerd accepts, so the pods are not injected, and no policy protects them.",
        },
      ],
    }
  `);
});

it('markdown fits into a comment, and values of manifests do not become markup', () => {
  const markdown = findingsMarkdown(TWO);
  expect(markdown).toMatchInlineSnapshot(`
    "**namespace-jail check:** 1 error, 1 suppressed

    | Severity | Rule | Findings |
    | --- | --- | --- |
    | error | [annotation-invalid](https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs/rules/annotation-invalid.md) | 1 |

    ### Errors

    - [annotation-invalid](https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs/rules/annotation-invalid.md) \`namespace/shop\` in \`manifests.yaml:5:18\`

      Namespace shop has config.linkerd.io/default-inbound-policy: "denny", which is not a value Linkerd accepts, so the cluster's default applies, all-unauthenticated.

      **Fix:** write one of all-authenticated, all-unauthenticated, cluster-authenticated, cluster-unauthenticated, deny and audit; did you mean "deny"?

    ### Suppressed

    | Rule | Object | Reason |
    | --- | --- | --- |
    | annotation-invalid | namespace/front | read by our own injector |
    "
  `);
  const nasty = result(`apiVersion: v1
kind: Namespace
metadata: { name: x, annotations: { config.linkerd.io/default-inbound-policy: "<img src=x>|**" } }`);
  expect(findingsMarkdown(nasty)).toContain('\\<img src=x\\>\\|\\*\\*');
});
