import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalPurl, formatPurl, readPurl } from './purl.ts';

test('the parts of a package URL are decoded and normalized', () => {
  assert.deepEqual(readPurl('pkg:npm/%40scope/name@1.0.0?arch=x%2F1#/lib/../a%20b/').value, {
    type: 'npm',
    namespace: '@scope',
    name: 'name',
    version: '1.0.0',
    qualifiers: { arch: 'x/1' },
    subpath: 'lib/a b',
  });
});

test('canonical spelling', () => {
  const spellings: Readonly<Record<string, string>> = {
    'PKG:PyPI/Some_Name@1.0': 'pkg:pypi/some-name@1.0',
    'pkg:///npm/@scope/name': 'pkg:npm/%40scope/name',
    'pkg:deb/Debian/Curl@7.50.3-1+b1?b=2&a=1': 'pkg:deb/debian/curl@7.50.3-1%2Bb1?a=1&b=2',
    'pkg:golang/example.org/x/y@v1.2.3': 'pkg:golang/example.org/x/y@v1.2.3',
    'pkg:generic/a@1?empty=&full=x y': 'pkg:generic/a@1?full=x%20y',
    'pkg:git/host.example/Owner/Repo@abc': 'pkg:git/host.example/owner/repo@abc',
    'pkg:pub/some-name@1': 'pkg:pub/some_name@1',
    "pkg:generic/(it's)!": 'pkg:generic/%28it%27s%29%21',
  };
  for (const [text, canonical] of Object.entries(spellings)) {
    assert.deepEqual(canonicalPurl(text), { value: canonical });
  }
});

test('what is wrong is refused with a reason', () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    '': /begins with pkg:/,
    'npm/a': /begins with pkg:/,
    'pkg:npm': /type and a name/,
    'pkg:npm/': /type and a name/,
    'pkg:npm/@1': /name is missing/,
    'pkg:1npm/a': /type is missing or wrong/,
    'pkg:npm/a%2': /percent-encoding/,
    'pkg:npm/a%ff': /percent-encoding/,
    'pkg:npm/a%2Fb/c': /encoded slash/,
    'pkg:npm/a?b c=1': /wrong qualifier key/,
    'pkg:npm/a?B=1': /wrong qualifier key/,
    'pkg:npm/a?b=1&b=2': /stands twice/,
    'pkg:swift/a@1': /needs a namespace/,
    'pkg:pypi/ns/a@1': /has no namespaces/,
    'pkg:julia/a@1': /needs the qualifier uuid/,
    'pkg:cpan/A::B': /not a module/,
  };
  for (const [text, problem] of Object.entries(wrong)) {
    assert.match(readPurl(text).problem ?? 'accepted', problem, text);
  }
  assert.match(formatPurl({ type: 'npm', name: '' }).problem ?? '', /name is missing/);
});

test('leniently, the rules of types and capital keys pass, but not what cannot be read', () => {
  assert.equal(
    canonicalPurl('pkg:swift/a@1?Arch=x', { lenient: true }).value,
    'pkg:swift/a@1?arch=x',
  );
  assert.equal(readPurl('pkg:npm/a%2', { lenient: true }).value, undefined);
});

test('any parts survive writing and reading', () => {
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 12 })
    .filter((part) => part.isWellFormed());
  const segment = text.filter((part) => !part.includes('/') && part !== '.' && part !== '..');
  const parts = fc.record(
    {
      type: fc.constantFrom('npm', 'generic', 'maven', 'docker'),
      namespace: fc.array(segment, { minLength: 1, maxLength: 3 }).map((list) => list.join('/')),
      name: text,
      version: fc.option(text),
      qualifiers: fc.option(
        fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9._-]{0,5}$/), text, {
          minKeys: 1,
          noNullPrototype: true,
        }),
      ),
      subpath: fc.option(segment),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(parts, (purl) => {
      const written = formatPurl(purl).value ?? '';
      assert.match(written, /^[\x21-\x7e]+$/);
      assert.deepEqual({ ...readPurl(written).value }, purl);
      assert.equal(canonicalPurl(written).value, written);
    }),
  );
});
