import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersions } from './index.ts';
import { isModular, withoutModuleBuild } from './rpm-module.ts';

test('two module builds of one release are the same version', () => {
  const installed = '1:10.24.0-1.module_el8.3.0+2047+b07ac28e';
  const fixed = '1:10.24.0-1.module_el8.5.0+81+7dbe79d3';
  assert.equal(compareVersions('AlmaLinux:8', installed, fixed), -1);
  const [a, b] = [withoutModuleBuild(installed), withoutModuleBuild(fixed)];
  assert.equal(compareVersions('AlmaLinux:8', a, b), 0);
});

test('modular or not', () => {
  assert.ok(isModular('1.18.0-2.module+el8.4.0+11152+f736ed63.1'));
  assert.ok(!isModular('3.0.7-16.el9_2'));
  assert.equal(withoutModuleBuild('3.0.7-16.el9_2'), '3.0.7-16.el9_2');
});
