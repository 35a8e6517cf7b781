// What the OpenAPI document calls the shapes that answers are made of.
import { z } from 'zod';
import * as views from '../../engine/operations/views.ts';

const names: Readonly<Record<string, z.ZodType>> = {
  Label: views.labelView,
  Run: views.runView,
  Job: views.jobView,
  AttributeChange: views.attributeChangeView,
  EdgeChange: views.edgeChangeView,
  Change: views.changeView,
  Held: views.heldView,
  ProblemRecord: views.itemView,
  Plan: views.planView,
  Brake: views.brakeView,
  Status: views.statusView,
};

/** A registry of our own: other users of zod in this process are not our business. */
export const components = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(names)) components.add(schema, { id });
