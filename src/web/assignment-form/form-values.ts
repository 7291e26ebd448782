import type { AssignmentSettings } from '../../http/schemas/assignment.ts';
import { fromZonedInput, toZonedInput } from '../ui/zoned-input.ts';

export interface StepValues {
  readonly afterHours: string;
  readonly percent: string;
}

/** The settings as they stand in the form's controls. */
export interface FormValues {
  readonly id: string;
  readonly title: string;
  readonly scenario: string;
  readonly position: string;
  readonly opensAt: string;
  readonly dueAt: string;
  readonly closesAt: string;
  readonly attemptLimit: string;
  readonly coolDownSeconds: string;
  readonly late: 'none' | 'percent-per-day' | 'steps';
  readonly latePercent: string;
  readonly lateMax: string;
  readonly graceMinutes: string;
  readonly steps: readonly StepValues[];
  readonly weight: string;
  readonly counting: AssignmentSettings['counting'];
  readonly feedback: AssignmentSettings['feedback'];
  readonly published: boolean;
}

export const NEW_ASSIGNMENT: FormValues = {
  id: '',
  title: '',
  scenario: '',
  position: '0',
  opensAt: '',
  dueAt: '',
  closesAt: '',
  attemptLimit: '',
  coolDownSeconds: '0',
  late: 'none',
  latePercent: '10',
  lateMax: '50',
  graceMinutes: '0',
  steps: [{ afterHours: '24', percent: '10' }],
  weight: '1',
  counting: 'best',
  feedback: 'full',
  published: true,
};

export function valuesOf(settings: AssignmentSettings, zone: string): FormValues {
  const late = settings.latePolicy;
  return {
    ...NEW_ASSIGNMENT,
    id: settings.id,
    title: settings.title,
    scenario: settings.scenario,
    position: String(settings.position),
    opensAt: toZonedInput(settings.opensAt, zone),
    dueAt: toZonedInput(settings.dueAt, zone),
    closesAt: toZonedInput(settings.closesAt, zone),
    attemptLimit: settings.attemptLimit === null ? '' : String(settings.attemptLimit),
    coolDownSeconds: String(settings.coolDownSeconds),
    late: late.kind,
    ...(late.kind !== 'none' && { graceMinutes: String(late.graceMinutes) }),
    ...(late.kind === 'percent-per-day' && {
      latePercent: String(late.percent),
      lateMax: String(late.maxPercent),
    }),
    ...(late.kind === 'steps' && {
      steps: late.steps.map((step) => ({
        afterHours: String(step.afterHours),
        percent: String(step.percent),
      })),
    }),
    weight: String(settings.weight),
    counting: settings.counting,
    feedback: settings.feedback,
    published: settings.published,
  };
}

/** What is sent. The server judges it and names the fields that it doesn't take. */
export function settingsOf(values: FormValues, zone: string): Omit<AssignmentSettings, 'id'> {
  return {
    title: values.title,
    scenario: values.scenario,
    position: Number(values.position),
    opensAt: fromZonedInput(values.opensAt, zone),
    dueAt: fromZonedInput(values.dueAt, zone),
    closesAt: fromZonedInput(values.closesAt, zone),
    attemptLimit: values.attemptLimit.trim() === '' ? null : Number(values.attemptLimit),
    coolDownSeconds: Number(values.coolDownSeconds),
    latePolicy: latePolicyOf(values),
    weight: Number(values.weight),
    counting: values.counting,
    feedback: values.feedback,
    published: values.published,
  };
}

function latePolicyOf(values: FormValues): AssignmentSettings['latePolicy'] {
  const graceMinutes = Number(values.graceMinutes);
  switch (values.late) {
    case 'none':
      return { kind: 'none' };
    case 'percent-per-day':
      return {
        kind: 'percent-per-day',
        percent: Number(values.latePercent),
        graceMinutes,
        maxPercent: Number(values.lateMax),
      };
    case 'steps':
      return {
        kind: 'steps',
        graceMinutes,
        steps: values.steps.map((step) => ({
          afterHours: Number(step.afterHours),
          percent: Number(step.percent),
        })),
      };
  }
}
