import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../helpers/paths';

const { FLOORS } = jest.requireActual<{ FLOORS: readonly (readonly string[])[] }>('../../scripts/rooms.cjs');
const PAGE = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const isFolder = (path: string): boolean =>
  existsSync(join(ROOT, path)) && statSync(join(ROOT, path)).isDirectory();

describe('CONTRIBUTING.md', () => {
  it('shows every room on its floor', () => {
    const rows = [...PAGE.matchAll(/^\| (\d+) \| `([^`]+)` \|/gm)].map(
      ([, floor, room]) => `${floor} ${room}`,
    );
    const rooms = FLOORS.flatMap((names, floor) => names.filter(isFolder).map((name) => `${floor} ${name}`));
    expect(rooms.length).toBeGreaterThan(15);
    expect(rows.sort()).toEqual(rooms.sort());
  });

  it('leaves no folder of lib without a floor', () => {
    const folders = readdirSync(join(ROOT, 'lib')).map((name) => `lib/${name}`);
    expect(folders.filter((name) => isFolder(name) && !FLOORS.flat().includes(name))).toEqual([]);
  });

  it.each([
    ['Add a rule', 'rule'],
    ['Add a command', 'command'],
    ['Add an output format', 'format'],
    ['Add a kind of client', 'client'],
    ['Add an access policy', 'access-policy'],
  ])('"%s" is a checklist that a test enforces', (heading, name) => {
    const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    expect(section).toMatch(/^1\. `lib\//m);
    expect(section).toContain(`test/checklists/${name}.test.ts`);
  });

  it('names files and folders that exist; words in capitals stand for any name', () => {
    const paths = [...PAGE.matchAll(/`((?:lib|test|docs|scripts|crds)\/[^`\s]*)`/g)].map(
      ([, path = '']) => path,
    );
    const all = ['lib', 'test', 'docs', 'scripts', 'crds'].flatMap((folder) => [
      `${folder}/`,
      ...readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (file) => `${folder}/${file}`,
      ),
    ]);
    expect(paths.length).toBeGreaterThan(50);
    const missing = paths.filter((path) => {
      const pattern = new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\b[A-Z]+\b/g, '[^/]+')}$`);
      return !all.some((file) => pattern.test(file) || file === path);
    });
    expect(missing).toEqual([]);
  });
});
