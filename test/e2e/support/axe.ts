import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * What axe finds wrong in the page as it is, in light with every rule and then in dark with the rule on contrast, the
 * only one that colours can break. One line each: scheme, rule, and the first place.
 */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await found(builderOf(page), 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await found(builderOf(page).withRules('color-contrast'), 'dark');
  return [...light, ...dark];
}

function builderOf(page: Page): AxeBuilder {
  // The pages have no frames: in legacy mode axe needn't open a page of its own to put its results together.
  return new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
}

async function found(builder: AxeBuilder, scheme: string): Promise<string[]> {
  const { violations } = await builder.analyze();
  return violations.map((violation) => `${scheme} ${violation.id}: ${violation.nodes[0]?.html ?? ''}`);
}
