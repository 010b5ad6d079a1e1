/** 预警级别: how each is told, never by colour alone. */
import { AlertFilled, ExclamationCircleFilled, InfoCircleFilled, WarningFilled } from '@ant-design/icons';
import type { ComponentType } from 'react';
import type { AlertView, IncidentView, Level } from './model.ts';
import type { Words } from './shared/words.ts';
import type { State } from './state.ts';

export const LEVELS: readonly Level[] = ['red', 'orange', 'yellow', 'blue'];

/** Beside the level's word, so hidden from those who hear the page. */
export const LEVEL_ICON: Readonly<Record<Level, ComponentType<{ readonly 'aria-hidden': true }>>> = {
  red: AlertFilled,
  orange: WarningFilled,
  yellow: ExclamationCircleFilled,
  blue: InfoCircleFilled,
};

/** Line colours of the chart, legible on white and on black. */
export const LEVEL_LINE: Readonly<Record<Level, string>> = { red: '#d7263d', orange: '#e07b00', yellow: '#b58900', blue: '#2f7fd6' };

export const levelName = (words: Words, level: Level): string => words.level[level];
export const levelGrade = (words: Words, level: Level): string => words.level[`${level}Grade`];

export const rank = (level: Level): number => 3 - LEVELS.indexOf(level);

/** Does it wait for somebody? What nobody is called for waits until its condition ends: a person can only watch it. */
export const unacknowledged = (alert: AlertView, incident: IncidentView | undefined): boolean => {
  if (alert.phase === 'resolved') return false;
  if (incident === undefined) return alert.clearedAt === undefined;
  return incident.phase === 'calling' || incident.phase === 'opened';
};

/** What the title and the favicon count. */
export const urgentCount = (state: State): number =>
  Object.values(state.alerts).filter(({ view }) => {
    const incident = view.incidentId === undefined ? undefined : state.incidents[view.incidentId]?.view;
    return rank(view.level) >= 2 && unacknowledged(view, incident);
  }).length;
