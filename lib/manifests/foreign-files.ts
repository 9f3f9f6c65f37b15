import type { ProblemText } from '../basics/problem';
import { valueAt, isFields } from '../kubernetes/fields';
import { groupOf } from '../kubernetes/references';

const NAME_THE_REST = 'name the files or folders with manifests instead';

/** What a document is if it is not a Kubernetes manifest, and what to do about it. */
const KUSTOMIZE: ProblemText = {
  message: 'this is a kustomization (instructions for kustomize), not a manifest',
  remedy: 'run `kustomize build DIR | namespace-jail … -` (or `kubectl kustomize DIR`) and read its output',
};
const HELM: ProblemText = {
  message: 'this is part of a Helm chart, not a manifest',
  remedy: 'run `helm template RELEASE CHART | namespace-jail … -` and read its output',
};
const SKAFFOLD: ProblemText = {
  message: "this is Skaffold's configuration, not a manifest",
  remedy: 'run `skaffold render` and read its output',
};
const OPENSHIFT: ProblemText = {
  message: 'this is an OpenShift template, not a manifest',
  remedy: 'run `oc process -f FILE` and read its output',
};
const CDK8S: ProblemText = {
  message: "these are cdk8s's own settings, not a manifest",
  remedy: 'run `cdk8s synth` and name its output folder (dist)',
};
const SUITE: ProblemText = {
  message: 'a list is not a Kubernetes object, but policy suites are lists',
  remedy: 'run a suite with `namespace-jail test FILE`; ' + NAME_THE_REST,
};

const JSON_PATCH: ProblemText = {
  message: 'this is a JSON patch for kustomize, not a manifest',
  remedy: KUSTOMIZE.remedy,
};
export const MERGE_PATCH: ProblemText = {
  message: 'this is a patch for kustomize ($patch), not a whole object',
  remedy: KUSTOMIZE.remedy,
};

const SETTINGS: ProblemText = {
  message: 'these are the settings of a tool, not a manifest',
  remedy: NAME_THE_REST,
};

const OWN_SETTINGS: ProblemText = {
  message: 'these are settings of namespace-jail, not a manifest',
  remedy: 'name them with --config FILE, or ' + NAME_THE_REST,
};

const BY_NAME: readonly (readonly [RegExp, ProblemText])[] = [
  [/^kustomization(\.ya?ml)?$/i, KUSTOMIZE],
  [
    /^(chart|values([-._].*)?|requirements)\.ya?ml$|^(.*[-._])?values\.ya?ml$|^values\.schema\.json$|^helmfile.*\.ya?ml$/i,
    HELM,
  ],
  [/^skaffold.*\.ya?ml$/i, SKAFFOLD],
  [/^cdk8s\.ya?ml$/i, CDK8S],
  [/^namespace-jail\.yaml$/, OWN_SETTINGS],
  [
    /^(docker-)?compose.*\.ya?ml$/i,
    {
      message: 'this is a Compose file, not a manifest',
      remedy: 'convert it (`kompose convert`) or ' + NAME_THE_REST,
    },
  ],
  [
    /^(package(-lock)?|tsconfig.*|jest\.config)\.json$/i,
    { message: 'this belongs to a Node.js project, not to Kubernetes', remedy: NAME_THE_REST },
  ],
];

/** Kinds whose apiVersion shows that they are read by a tool and never sent to a cluster. */
const BY_API_VERSION: readonly (readonly [string, ProblemText])[] = [
  ['kustomize.config.k8s.io/', KUSTOMIZE],
  ['skaffold/', SKAFFOLD],
  ['template.openshift.io/', OPENSHIFT],
  ['kind.x-k8s.io/', SETTINGS],
  ['k3d.io/', SETTINGS],
  ['ctlptl.dev/', SETTINGS],
  ['eksctl.io/', SETTINGS],
  ['minikube.k8s.io/', SETTINGS],
  ['kubeadm.k8s.io/', SETTINGS],
  ['kubelet.config.k8s.io/', SETTINGS],
  ['kubeproxy.config.k8s.io/', SETTINGS],
  ['kubescheduler.config.k8s.io/', SETTINGS],
  ['apiserver.config.k8s.io/', SETTINGS],
  ['audit.k8s.io/', SETTINGS],
];

export function foreignApiVersion(apiVersion: unknown): ProblemText | undefined {
  if (typeof apiVersion !== 'string') return undefined;
  for (const [start, hint] of BY_API_VERSION) if (apiVersion.startsWith(start)) return hint;
  return undefined;
}

/** What a file is, judged by name alone. */
export function foreignFileName(file: string): ProblemText | undefined {
  const name = file.split(/[\\/]/).pop() ?? file;
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
}

/** Why a document may lack apiVersion, kind or name, judged by its content and the file's name. */
export function foreignFile(value: unknown, file: string): ProblemText | undefined {
  if (Array.isArray(value))
    return value.every((item) => isFields(item) && 'op' in item && 'path' in item) ? JSON_PATCH : SUITE;
  const byApiVersion = foreignApiVersion(valueAt(value, 'apiVersion'));
  if (byApiVersion !== undefined) return byApiVersion;
  const byName = foreignFileName(file);
  if (byName !== undefined) return byName;
  if (
    isFields(value) &&
    isFields(valueAt(value, 'on') ?? valueAt(value, 'true')) &&
    isFields(valueAt(value, 'jobs'))
  ) {
    return { message: 'this is a CI workflow, not a manifest', remedy: NAME_THE_REST };
  }
  if (valueAt(value, 'kind') === 'Config' && Array.isArray(valueAt(value, 'clusters'))) {
    return { message: 'this is a kubeconfig, not a manifest', remedy: NAME_THE_REST };
  }
  // What is sent to a cluster has metadata; what a tool reads needs none.
  const isTools =
    isFields(value) && typeof value.apiVersion === 'string' && !Object.hasOwn(value, 'metadata');
  return isTools && !isKubernetesGroup(groupOf(value.apiVersion as string)) ? SETTINGS : undefined;
}

/** Groups of which an object without metadata is a manifest with a mistake. */
function isKubernetesGroup(group: string): boolean {
  return !group.includes('.') || /(?:^|\.)(?:k8s|linkerd)\.io$/.test(group);
}

export const NOT_AN_OBJECT_REMEDY = `give it apiVersion, kind and metadata.name if it is a manifest; if not, ${NAME_THE_REST}`;
