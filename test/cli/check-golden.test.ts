import { existsSync } from 'node:fs';
import { expectGolden } from '../helpers/golden';
import { DOCS_FIXTURES, FIXTURES, SHARED } from '../helpers/paths';
import { run, runProcess } from '../helpers/command';

const TROUBLED = ['check/troubled.yaml', '--suppressions', 'check/accepted.yaml'];

/** What is printed, and the exit status below it. */
async function output(argv: readonly string[], cwd: string): Promise<string> {
  const { status, out, err } = await run(['check', ...argv], { cwd });
  return `${out}${err}# exit status ${status}\n`;
}

describe.each([
  ['troubled', TROUBLED, FIXTURES],
  ['emojivoto-jail', ['emojivoto-app.yaml', 'emojivoto-jail.yaml'], FIXTURES],
  ['emojivoto-jail-2.11', ['emojivoto-app.yaml', 'emojivoto-jail-2.11.yaml'], FIXTURES],
  ['nothing', ['shop.yaml'], DOCS_FIXTURES],
  ['init-shop', ['init/shop.yaml'], FIXTURES],
  ['shared-emojivoto', ['emojivoto.yml', 'emojivoto-policy.yml'], SHARED],
] as const)('the report of check on %s', (name, argv, cwd) => {
  if (!existsSync(cwd)) {
    console.warn(`${cwd} is not there: its golden outputs are not compared`);
    return;
  }
  it('is the golden text', async () => expectGolden(`check/${name}.txt`, await output(argv, cwd)));
  it('is the golden JSON', async () =>
    expectGolden(`check/${name}.json`, (await run(['check', ...argv, '-o', 'json'], { cwd })).out));
});

it('reports the findings of troubled manifests as markdown', async () => {
  expectGolden('check/troubled.md', (await run(['check', ...TROUBLED, '-o', 'markdown'])).out);
});

it('lists the rules', async () => {
  expectGolden('check/rules.txt', (await run(['check', '--list-rules'])).out);
});

it('the built command exits with 0, 1 and 2', () => {
  const jail = ['check', 'emojivoto-app.yaml', 'emojivoto-jail.yaml'];
  expect(runProcess(jail).status).toBe(0);
  expect(runProcess([...jail, '--fail-on', 'warning']).status).toBe(1);
  expect(runProcess(['check', 'nowhere.yaml']).status).toBe(2);
});
