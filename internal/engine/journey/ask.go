package journey

// Step finds a step by its id, or nil. The empty id is the welcome message, if there is one.
func (d *Definition) Step(id string) *Step { return d.step(id) }

// Fires tells whether a message pulls the trigger.
func (t *Trigger) Fires(m Inbound) bool { return !pressed(m) && t.fires(m, Fold(m.Text)) }
