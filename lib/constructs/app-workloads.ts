import type { ApiObject } from 'cdk8s';
import { groupBy } from '../basics/collections';
import { asTextMap } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { podTemplateHome } from '../kubernetes/pod-template-home';
import { matchesSelector, type Labels, type LabelSelector } from '../kubernetes/selector';
import { allContainers, mainContainer, runningContainers } from '../workloads/containers';
import { exposedPorts, type ExposedPorts } from '../workloads/exposed-ports';
import { podTemplateAt, type PodTemplate } from '../workloads/pod-template';
import { readService, selectsPod, targetNumbers, type Service } from '../workloads/services';
import { templatePorts, type TemplatePort } from '../workloads/template-ports';

/** A workload of the app, and what policy can address on its pods. */
export interface AppWorkload {
  readonly object: ApiObject;
  readonly labels: Labels;
  readonly template: PodTemplate;
  readonly exposed: ExposedPorts;
  /** What its containers declare, Services lead to and probes ask, by number. */
  readonly ports: readonly TemplatePort[];
}

/** A Service of the app. */
export interface AppService {
  readonly object: ApiObject;
  readonly name: string;
  readonly annotations: Labels;
  readonly service: Service;
}

/** What the app has in one namespace. */
export interface AppNamespace {
  readonly workloads: readonly AppWorkload[];
  readonly services: readonly AppService[];
}

const NOTHING: AppNamespace = { workloads: [], services: [] };

/** Reads the workloads and Services of some namespaces, each once. What cannot be read yet, synth itself refuses. */
export class AppReading {
  private readonly byNamespace: ReadonlyMap<string | undefined, ApiObject[]>;
  private readonly read = new Map<string, AppNamespace>();

  public constructor(foreign: readonly ApiObject[]) {
    this.byNamespace = groupBy(foreign, ({ metadata }) => metadata.namespace);
  }

  public of(namespace: string): AppNamespace {
    const known = this.read.get(namespace);
    if (known !== undefined) return known;
    const objects = this.byNamespace.get(namespace) ?? [];
    const found = objects.length === 0 ? NOTHING : readNamespace(objects);
    this.read.set(namespace, found);
    return found;
  }
}

function readNamespace(objects: readonly ApiObject[]): AppNamespace {
  const bodies = objects.map((object) => ({ object, body: object.toJson() as KubeObject }));
  const services = bodies
    .filter(({ body }) => body.kind === 'Service' && body.apiVersion === 'v1')
    .map(({ object, body }) => ({
      object,
      name: object.name,
      annotations: asTextMap(body.metadata.annotations),
      service: readService(body),
    }));
  const workloads = bodies.flatMap(({ object, body }) => {
    const home = podTemplateHome(body);
    return home === undefined ? [] : [readWorkload(object, podTemplateAt(body, home), services)];
  });
  return { workloads, services };
}

function readWorkload(
  object: ApiObject,
  template: PodTemplate,
  services: readonly AppService[],
): AppWorkload {
  const labels = asTextMap(template.metadata.labels);
  const exposed = exposedPorts(allContainers(template.spec));
  const targets = services
    .filter(({ service }) => selectsPod(service, labels))
    .flatMap(({ service }) =>
      service.ports.flatMap(({ target }) => targetNumbers(target, exposed.portNames)),
    );
  const ports = templatePorts(runningContainers(template.spec), mainContainer(template), targets);
  return { object, labels, template, exposed, ports };
}

/** The workloads whose pods a Server selects. */
export function selected({ workloads }: AppNamespace, selector: LabelSelector): AppWorkload[] {
  return workloads.filter(({ labels }) => matchesSelector(selector, labels));
}

/** The numbers that a port means on a workload's pods; none if it is a name that no container has. */
export function numbersOf({ exposed }: AppWorkload, port: number | string): readonly number[] {
  return targetNumbers(port, exposed.portNames);
}
