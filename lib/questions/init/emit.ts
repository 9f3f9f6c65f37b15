import { jailStatements, usedNames } from './emit-jail';
import { settingsText } from './cluster-settings';
import { projectFiles, type AppFile, type ProjectFacts } from './emit-project';
import { settingDoubts, settingStatements } from './emit-settings';
import { reviewMarks, usedNetworks, type InitPlan, type ReviewMark, type NamespacePlan } from './plan';
import { compareText } from '../../basics/collections';

/** The app of a plan, file by file, sorted by path: the plan alone determines every byte. */
export function emitApp(plan: InitPlan, facts: ProjectFacts): AppFile[] {
  const [only] = plan.namespaces;
  const code = only === undefined || plan.isSplit ? severalFiles(plan) : [singleFile(plan, only)];
  const { settings = [] } = facts;
  const known = settings.length === 0 ? [] : [{ path: 'namespace-jail.yaml', text: settingsText(settings) }];
  return [...projectFiles(plan, facts), ...known, ...code].sort((a, b) => compareText(a.path, b.path));
}

/** The file of the app that holds the marks of a namespace. */
function fileOf(plan: InitPlan, namespace: string): string {
  return plan.isSplit ? `jails/${namespace}.ts` : 'main.ts';
}

/** A mark, and the file it is in. */
export interface PlacedMark extends ReviewMark {
  readonly file: string;
  /** Absent if the mark concerns all namespaces. */
  readonly namespace?: string;
}

/** All marks in an app. */
export function placedMarks(plan: InitPlan): PlacedMark[] {
  const settings = plan.isSplit ? 'settings.ts' : 'main.ts';
  return [
    ...settingDoubts(plan).map(({ text }) => ({ kind: 'DOUBT' as const, text, file: settings })),
    ...plan.namespaces.flatMap((jail) =>
      reviewMarks(jail).map(({ kind, text }) => ({
        kind,
        text,
        file: fileOf(plan, jail.namespace),
        namespace: jail.namespace,
      })),
    ),
  ];
}

function singleFile(plan: InitPlan, jail: NamespacePlan): AppFile {
  const { cdk8s, jail: names } = usedNames(jail);
  const lines = [
    imported(['App', 'Chart', ...cdk8s], 'cdk8s'),
    imported(usedNetworks(plan).size > 0 ? [...names, 'Client'] : names, 'cdk8s-namespace-jail'),
    '',
    ...settingStatements(plan, false),
    ...jailFunction(jail, ''),
    '',
    'const app = new App();',
    `${functionName(jail.namespace)}(new Chart(app, ${chartId(jail.namespace)}));`,
    'app.synth();',
  ];
  return { path: 'main.ts', text: `${lines.join('\n')}\n` };
}

function severalFiles(plan: InitPlan): AppFile[] {
  const files = plan.namespaces.map((jail) => jailFile(jail));
  const settings = settingStatements(plan, true);
  const lines = [
    imported(['App', 'Chart'], 'cdk8s'),
    ...plan.namespaces.map(({ namespace }) => imported([functionName(namespace)], `./jails/${namespace}`)),
    '',
    'const app = new App();',
    ...plan.namespaces.map(
      ({ namespace }) => `${functionName(namespace)}(new Chart(app, ${chartId(namespace)}));`,
    ),
    'app.synth();',
  ];
  const main = { path: 'main.ts', text: `${lines.join('\n')}\n` };
  if (settings.length === 0) return [...files, main];
  const text = `${[imported(['Client'], 'cdk8s-namespace-jail'), '', ...settings].join('\n').trimEnd()}\n`;
  return [...files, main, { path: 'settings.ts', text }];
}

function jailFile(jail: NamespacePlan): AppFile {
  const { cdk8s, jail: names } = usedNames(jail);
  const networks = new Set(jail.exceptions.map(({ client }) => client.kind));
  const settings = [
    ...(networks.has('apiServer') ? ['API_SERVER'] : []),
    ...(networks.has('nodes') ? ['NODES'] : []),
  ];
  const lines = [
    cdk8s.length === 0 ? "import type { Chart } from 'cdk8s';" : imported([...cdk8s, 'type Chart'], 'cdk8s'),
    imported(names, 'cdk8s-namespace-jail'),
    ...(settings.length === 0 ? [] : [imported(settings, '../settings')]),
    '',
    ...jailFunction(jail, 'export '),
  ];
  return { path: `jails/${jail.namespace}.ts`, text: `${lines.join('\n')}\n` };
}

function jailFunction(jail: NamespacePlan, start: string): string[] {
  return [
    `/** The jail of namespace ${jail.namespace}: ${jail.workloads.length} workload${jail.workloads.length === 1 ? '' : 's'}. */`,
    `${start}function ${functionName(jail.namespace)}(chart: Chart): void {`,
    ...jailStatements(jail),
    '}',
  ];
}

function imported(names: readonly string[], from: string): string {
  const sorted = [...new Set(names)].sort((a, b) =>
    compareText(a.replace('type ', ''), b.replace('type ', '')),
  );
  return `import { ${sorted.join(', ')} } from '${from}';`;
}

/** `jailShopFront` for `shop-front`; an underscore stays where two names would otherwise collide. */
function functionName(namespace: string): string {
  const words = `-${namespace}`.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return `jail${words.replaceAll('-', '_')}`;
}

/** cdk8s drops the words "default" and "resource" from file names. */
function chartId(namespace: string): string {
  return /default|resource/.test(namespace) ? `'ns-${namespace}'` : `'${namespace}'`;
}
