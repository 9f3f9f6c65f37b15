import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { asText, valueAt } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { podTemplateHome } from '../kubernetes/pod-template-home';
import type { ClientSubject } from '../linkerd/exception-terms';

type Account = Extract<ClientSubject, { kind: 'serviceAccount' }>;

/** What cdk8s-plus has for a ServiceAccount that another app made. */
interface Subject {
  toSubjectConfiguration(): { kind?: string; name?: string; namespace?: string };
}

/**
 * The ServiceAccount that a construct is, or that its pods run as.
 *
 * @throws Error if it is neither, or cannot tell yet.
 */
export function constructAccount(source: IConstruct): Account {
  const object = objectOf(source);
  if (object === undefined) return importedAccount(source);
  const body = bodyOf(source, object);
  if (object.kind === 'ServiceAccount') return account(source, object, object.name);
  const home = podTemplateHome(body);
  if (home === undefined) throw refusal(source, `is a ${object.kind}, which has no pods`);
  const name = asText(valueAt(body, ...home, 'spec', 'serviceAccountName'));
  // Pods that name no ServiceAccount use this one
  return account(source, object, name === undefined || name === '' ? 'default' : name);
}

function objectOf(source: IConstruct): ApiObject | undefined {
  try {
    return ApiObject.of(source);
  } catch {
    return undefined;
  }
}

function bodyOf(source: IConstruct, object: ApiObject): KubeObject {
  try {
    return object.toJson() as KubeObject;
  } catch (error) {
    throw refusal(source, `cannot be read yet (${(error as Error).message})`);
  }
}

function account(source: IConstruct, object: ApiObject, name: string): Account {
  const { namespace } = object.metadata;
  if (namespace === undefined) {
    throw refusal(source, 'has no namespace, which is part of its identity: give one to it or to its chart');
  }
  return { kind: 'serviceAccount', namespace, name };
}

function importedAccount(source: IConstruct): Account {
  const subject = (source as Partial<Subject>).toSubjectConfiguration?.();
  if (subject?.kind === 'ServiceAccount' && subject.name !== undefined && subject.namespace !== undefined) {
    return { kind: 'serviceAccount', namespace: subject.namespace, name: subject.name };
  }
  throw refusal(source, 'is no Kubernetes object, nor does it hold one');
}

function refusal(source: IConstruct, what: string): Error {
  return new Error(
    `invalid Client.of(): '${source.node.path}' ${what}; give a ServiceAccount or a workload, or use Client.serviceAccount(namespace, name)`,
  );
}
