import { reviewMarks, type InitPlan } from './plan';
import { BASE_PATH } from './init-base';
import type { FoundSetting } from './cluster-settings';
import { settingDoubts } from './emit-settings';

/** A file of the app; its path is relative to the app's folder. */
export interface AppFile {
  readonly path: string;
  readonly text: string;
}

export interface ProjectFacts {
  /** How `package.json` refers to this package: a version range or a `file:` path. */
  readonly packageSpec: string;
  /** The arguments that read the manifests the app was made from, as a shell takes them in its folder. */
  readonly input: string;
  /** What is known about the cluster. @default - nothing, and no file of settings */
  readonly settings?: readonly FoundSetting[];
}

/** Pinned, so that the app synthesizes the same tomorrow as today. */
const DEPENDENCIES = { cdk8s: '2.70.106', constructs: '10.8.1' };
const DEV_DEPENDENCIES = { 'cdk8s-cli': '2.207.60', 'ts-node': '10.9.2', typescript: '5.9.3' };

/** Everything in the app except its code. */
export function projectFiles(plan: InitPlan, facts: ProjectFacts): AppFile[] {
  const dependencies = {
    cdk8s: DEPENDENCIES.cdk8s,
    'cdk8s-namespace-jail': facts.packageSpec,
    constructs: DEPENDENCIES.constructs,
  };
  const packageJson = {
    name: 'namespace-jails',
    version: '1.0.0',
    description: 'Linkerd policy for the namespaces of a cluster.',
    private: true,
    scripts: { check: 'tsc --noEmit', synth: 'cdk8s synth --check-upgrade=false' },
    dependencies,
    devDependencies: DEV_DEPENDENCIES,
  };
  return [
    { path: '.gitignore', text: 'node_modules/\n' },
    { path: 'README.md', text: readme(plan, facts) },
    { path: 'cdk8s.yaml', text: 'language: typescript\napp: npx ts-node main.ts\noutput: manifests\n' },
    { path: 'package.json', text: `${JSON.stringify(packageJson, undefined, 2)}\n` },
    { path: 'tsconfig.json', text: `${JSON.stringify(TSCONFIG, undefined, 2)}\n` },
  ];
}

/** The compiler options of `cdk8s init typescript-app`. */
const TSCONFIG = {
  compilerOptions: {
    alwaysStrict: true,
    experimentalDecorators: true,
    inlineSourceMap: true,
    inlineSources: true,
    lib: ['es2016'],
    module: 'CommonJS',
    noEmitOnError: true,
    noFallthroughCasesInSwitch: true,
    noImplicitAny: true,
    noImplicitReturns: true,
    noImplicitThis: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    resolveJsonModule: true,
    strict: true,
    strictNullChecks: true,
    strictPropertyInitialization: true,
    stripInternal: true,
    target: 'ES2017',
  },
  include: ['**/*.ts'],
  exclude: ['node_modules'],
};

const SETTINGS = `
\`namespace-jail.yaml\` has the settings of the cluster, which these commands read.
`;

function readme(plan: InitPlan, { input, settings = [] }: ProjectFacts): string {
  const count = plan.namespaces.flatMap(reviewMarks).length + settingDoubts(plan).length;
  const where = plan.isSplit ? '`jails/`, one file each; `settings.ts` has the networks' : '`main.ts`';
  return `# Namespace jails

Linkerd policy for ${plan.namespaces.map(({ namespace }) => `\`${namespace}\``).join(', ')}, written by
\`namespace-jail init\` from manifests, as a [cdk8s](https://cdk8s.io) app. The jails are in ${where}.

Comments in the code say what each port was inferred from. \`GUESS\` marks what may be wrong, \`DOUBT\` what the manifests
do not say. ${count === 0 ? 'There are no marks.' : `Marks to read first: ${count}.`}

\`\`\`sh
npm install
npm run synth                                     # writes manifests/
npx namespace-jail check ${input} manifests
npx namespace-jail break-in ${input} manifests
npx namespace-jail rollout ${input} manifests     # what to apply, restart and watch, in which order
\`\`\`

Edit the code as you like. When the manifests have changed, \`--update\` prints what \`init\` would write now as a patch
that keeps your edits. It tells them by \`${BASE_PATH}\`, which has what \`init\` wrote: commit that file too.

\`\`\`sh
npx namespace-jail init --update . ${input}
\`\`\`

Jails start in audit mode: nobody is kept out, and the proxies log and count the clients that would be. Until then
everyone gets in, so \`break-in\` lists everyone. When the logs are quiet, delete \`mode: 'audit'\` in one jail at a time,
synthesize and apply.
${settings.length === 0 ? '' : SETTINGS}`;
}
