import { z } from 'zod';
import { CheckResult } from '../core/check-result.ts';
import { Evidence } from '../core/evidence.ts';
import { PolicyFinding } from '../core/policy-finding.ts';
import { Report } from '../core/report.ts';
import {
  Assignment,
  AssignmentItem,
  AssignmentList,
  Extension,
  ExtensionList,
  Override,
  OverrideList,
  ScenarioList,
  Standing,
  Starter,
} from './schemas/assignment.ts';
import { Member, Problem } from './schemas/field-types.ts';
import {
  AuditPage,
  Course,
  CourseList,
  CreatedInvitation,
  ImportOutcome,
  InvitationList,
  PeopleList,
  SignInLink,
} from './schemas/course.ts';
import { CreatedForge, DeliveryList, ForgeList, ForgeRepositoryList } from './schemas/forge.ts';
import { Gradebook, History } from './schemas/gradebook.ts';
import {
  BegunInstitutionSignIn,
  FinishedInstitutionSignIn,
  InstitutionSignIn,
} from './schemas/institution.ts';
import { LtiCourse, LtiPlatform, LtiRosterResult, LtiSite } from './schemas/lti.ts';
import { QueueOverview } from './schemas/operations.ts';
import { RegradeAccepted, RegradePreview, RegradeSet, RegradeSetList } from './schemas/regrade.ts';
import { Statistics } from './schemas/statistics.ts';
import { CreatedToken, InvitationFacts, Me, TokenList } from './schemas/session.ts';
import {
  Accepted,
  FileList,
  RunDetail,
  RunSummary,
  Submission,
  SubmissionPage,
  SubmissionSummary,
} from './schemas/submission.ts';

/** What answers are made of, by the names under which the document lists them. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  Accepted,
  Assignment,
  AssignmentItem,
  AssignmentList,
  AuditPage,
  BegunInstitutionSignIn,
  CheckResult,
  Course,
  CourseList,
  CreatedForge,
  CreatedInvitation,
  CreatedToken,
  DeliveryList,
  Evidence,
  Extension,
  ExtensionList,
  FileList,
  FinishedInstitutionSignIn,
  ForgeList,
  ForgeRepositoryList,
  Gradebook,
  History,
  ImportOutcome,
  InstitutionSignIn,
  InvitationFacts,
  InvitationList,
  Me,
  LtiCourse,
  LtiPlatform,
  LtiRosterResult,
  LtiSite,
  Member,
  Override,
  OverrideList,
  PeopleList,
  PolicyFinding,
  Problem,
  QueueOverview,
  RegradeAccepted,
  RegradePreview,
  RegradeSet,
  RegradeSetList,
  Report,
  RunDetail,
  RunSummary,
  ScenarioList,
  SignInLink,
  Standing,
  Starter,
  Statistics,
  Submission,
  SubmissionPage,
  SubmissionSummary,
  TokenList,
};

export function componentSchemas(): {
  readonly schemas: Record<string, unknown>;
  readonly refOf: (schema: z.ZodType) => unknown;
} {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
  const uri = (id: string): string => `#/components/schemas/${id}`;
  const { schemas } = z.toJSONSchema(registry, { uri, io: 'output', unrepresentable: 'any' });
  const plain: Record<string, unknown> = {};
  for (const [id, schema] of Object.entries(schemas)) {
    // An example is shown with the answer.
    const { $schema: _dialect, $id: _id, examples: _shown, ...rest } = schema;
    plain[id] = rest;
  }
  return {
    schemas: plain,
    refOf(schema) {
      const known = registry.get(schema);
      if (known !== undefined) return { $ref: uri(known.id) };
      const {
        $schema: _dialect,
        examples: _shown,
        ...rest
      } = z.toJSONSchema(schema, {
        io: 'output',
        unrepresentable: 'any',
      });
      return rest;
    },
  };
}
