import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { ALIASES } from '../../lib/cli/aliases';
import { VERBS, type VerbModule } from '../../lib/cli/verbs';
import { DOCS_FIXTURES, FIXTURES } from '../helpers/paths';
import { run } from '../helpers/command';

const ALL = [...VERBS, ...ALIASES];
const folder = mkdtempSync(join(tmpdir(), 'completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where the scripts are, by shell. */
const script = (shell: string): string => join(folder, `namespace-jail.${shell}`);

beforeAll(async () => {
  for (const shell of Object.keys(SHELLS))
    writeFileSync(script(shell), (await run(['completion', shell])).out);
});

/** What a shell offers for a line, sorted; it runs beside `shop.yaml` and `jail.yaml`. */
const SHELLS: Readonly<Record<string, (line: string) => string[]>> = {
  bash: (line) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    const program = `source '${script('bash')}'
      COMP_WORDS=(${words.join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _namespace_jail
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    return lines(execFileSync('bash', ['-c', program], { cwd: DOCS_FIXTURES, encoding: 'utf8' }));
  },
  zsh: (line) => {
    const home = join(FIXTURES, 'completion');
    const env = {
      PATH: process.env.PATH,
      SETUP: join(home, 'setup.zsh'),
      COMPLETION: script('zsh'),
      TERM: 'dumb',
    };
    const capture = [join(home, 'capture.zsh'), line];
    return lines(
      execFileSync('zsh', ['-f', ...capture], { cwd: DOCS_FIXTURES, env, encoding: 'utf8', timeout: 30_000 }),
    );
  },
  fish: (line) => {
    const program = `source '${script('fish')}'; complete -C '${line}'`;
    const env = { PATH: process.env.PATH, HOME: folder };
    return lines(execFileSync('fish', ['-N', '-c', program], { cwd: DOCS_FIXTURES, env, encoding: 'utf8' }));
  },
};

/** Without what fish says of each. */
function lines(text: string): string[] {
  const found = text.split('\n').map((line) => line.split('\t')[0] ?? '');
  return [...new Set(found)].filter((line) => line !== '').sort();
}

/** The flags of a verb that `--help` shows. */
function longFlags(load: () => VerbModule): string[] {
  const command = new Command();
  load().register(command, {} as Parameters<VerbModule['register']>[1]);
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long }) => long ?? []).sort();
}

describe.each(Object.entries(SHELLS))('in %s', (shell, offers) => {
  const isHere = spawnSync(shell, ['--version']).status === 0;
  const test = isHere ? it : it.skip;
  const said = isHere ? '' : ` (not tried: ${shell} is not installed)`;

  test(`every verb is offered${said}`, () => {
    const verbs = offers('namespace-jail ').filter((word) => !word.startsWith('-'));
    expect(verbs).toEqual(expect.arrayContaining(ALL.map(({ name }) => name)));
    expect(offers('namespace-jail rollo')).toEqual(['rollout']);
  });

  test.each(ALL.map(({ name, load }) => [name, load] as const))(
    `and the flags of %s${said}`,
    (name, load) => {
      expect(offers(`namespace-jail ${name} --`)).toEqual(longFlags(load));
    },
  );

  test.each([
    ['test -o ', ['json', 'junit', 'text']],
    ['check --fail-on ', ['error', 'never', 'warning']],
    ['completion ', ['bash', 'fish', 'zsh']],
    ['alerts -o graf', ['grafana']],
    ['init --names', ['--namespace']],
    ['kinds --rb', ['--rbac']],
  ])(`and for "%s" %j${said}`, (typed, expected) => {
    expect(offers(`namespace-jail ${typed}`)).toEqual(expected);
  });

  test(`manifests, and files where an option takes one${said}`, () => {
    for (const typed of ['can shop.y', 'check --filename shop.y', 'map --config shop.y'])
      expect(offers(`namespace-jail ${typed}`)).toEqual(['shop.yaml']);
  });

  test(`but no files for what is none${said}`, () => {
    for (const typed of ['check -n ', 'check --context ', 'who-can --trust-domain '])
      expect(offers(`namespace-jail ${typed}`)).toEqual([]);
  });
});
