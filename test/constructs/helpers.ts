import { App, Chart, Yaml } from 'cdk8s';

/** An object as it is synthesized. */
export interface Synthesized {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: Record<string, unknown>;
}

export function newChart(id = 'test', app = new App()): Chart {
  return new Chart(app, id);
}

export function objectsOf(chart: Chart): Synthesized[] {
  return chart.toJson() as Synthesized[];
}

/** `Kind/name` of each object, in the order in which they are written. */
export function namesOf(chart: Chart): string[] {
  return objectsOf(chart).map(nameOf);
}

export function nameOf({ kind, metadata }: Synthesized): string {
  return `${kind}/${metadata.name}`;
}

/** One object as YAML text: what a reader of a manifest sees. */
export function yamlOf(chart: Chart, name: string): string {
  const found = objectsOf(chart).find((object) => nameOf(object) === name);
  return found === undefined ? `no ${name} among ${namesOf(chart).join(', ')}` : Yaml.stringify(found);
}

/** Objects in an order of their own, for comparing sets of them. */
export function sorted(objects: readonly Synthesized[]): string[] {
  return objects.map((object) => JSON.stringify(object)).sort();
}

/** The message of the error that must come. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected an error, and there was none');
}
