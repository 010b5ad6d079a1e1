/** Departments and duties by name. */
import { useMemo } from 'react';
import { useConsole, useWords } from '../context.ts';
import type { CaseSummary } from './requests.ts';
import { type CaseWords, useCaseWords } from './words.ts';

export const useDepartmentName = (): ((id: string) => string) => {
  const { district } = useConsole();
  const { language } = useWords();
  return useMemo(() => {
    const names = new Map(district.departments.map(({ id, name }) => [id, name[language]]));
    return (id: string) => names.get(id) ?? id;
  }, [district, language]);
};

export const dutyName = (words: CaseWords, duty: string): string => words.duty[duty as keyof CaseWords['duty']] ?? duty;

/** 区数据局审核岗 */
export const useHolders = (): ((held: { readonly department: string; readonly duty: string }) => string) => {
  const words = useCaseWords();
  const departmentName = useDepartmentName();
  return ({ department, duty }) => words.where.dutyAt(departmentName(department), dutyName(words, duty));
};

/** With whom a request is, in one line. */
export const useWhere = (): ((request: CaseSummary) => string) => {
  const words = useCaseWords();
  const { say } = useWords();
  const holders = useHolders();
  const departmentName = useDepartmentName();
  return ({ phase, waitsFor, department, outcome }) => {
    switch (phase) {
      case 'draft':
        return words.where.draft;
      case 'returned':
        return words.where.amend(departmentName(department));
      case 'step':
        return waitsFor ? words.where.waits(holders(waitsFor)) : words.where.service;
      case 'ended':
        return outcome ? say(outcome.name) : words.phase.ended;
      default:
        return phase satisfies never;
    }
  };
};
