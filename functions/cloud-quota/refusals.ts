/** What callers are told when it cannot be, by stable codes. */
import { Failure } from '#runtime/failure.ts';
import type { Cloud } from './catalogue.ts';
import type { Shortage } from './ledger.ts';
import { shortageText } from './words.ts';

/** Also for what is another department's: never tell which. */
export const unknownAllocation = (): Failure =>
  new Failure('notFound', 'unknown-allocation', { zh: '没有这项资源分配', en: 'No such allocation' });

export const notActive = (): Failure =>
  new Failure('conflict', 'not-active', {
    zh: '这项分配已冻结或释放，不再生成应用',
    en: 'This allocation is frozen or released: no app is made of it any more',
  });

export const unknownSystem = (): Failure => new Failure('notFound', 'unknown-system', { zh: '没有这个系统', en: 'No such system' });

export const unknownZone = (zone: string): Failure =>
  new Failure('notFound', 'unknown-zone', { zh: `没有区域“${zone}”`, en: `There is no zone “${zone}”` });

export const unknownDepartment = (department: string): Failure =>
  new Failure('notFound', 'unknown-department', { zh: `没有部门“${department}”`, en: `There is no department “${department}”` });

export const unknownKinds = (kinds: readonly string[]): Failure =>
  new Failure('invalid', 'unknown-kind', { zh: `没有资源种类“${kinds[0]}”`, en: `There is no kind of resource “${kinds[0]}”` }, { kinds });

export const unknownDataClass = (id: string): Failure =>
  new Failure('invalid', 'unknown-data-class', { zh: `没有数据类别“${id}”`, en: `There is no class of data “${id}”` });

export const noSuchDay = (day: string): Failure =>
  new Failure('invalid', 'no-such-day', {
    zh: `${day} 不是可报送的日期：须为今天或之前、分配生效以来的日期`,
    en: `${day} can’t be reported: only days from the allocation’s beginning up to today`,
  });

export const belowReserved = (cloud: Cloud, shortages: readonly Shortage[]): Failure => {
  const texts = shortages.map((shortage) => shortageText(cloud, shortage));
  return new Failure(
    'refused',
    'below-reserved',
    { zh: texts.map(({ zh }) => zh).join('；'), en: texts.map(({ en }) => en).join('; ') },
    { kinds: shortages.map(({ kind }) => kind) },
  );
};
