"""The schema's history, a file per step, under the number and the verb of the step."""
