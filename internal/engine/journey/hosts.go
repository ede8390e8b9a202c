package journey

import "github.com/promostack/promostack/internal/engine/message"

// Hosts are the sites that a definition names itself: in its buttons, in the links of its texts, and in the values of
// its choices. Only links to them are tracked: where a redirect under our name leads is for the journey's
// owner to say, never for an answer.
func (d *Definition) Hosts() map[string]bool {
	hosts := map[string]bool{}
	add := func(addresses ...string) {
		for _, address := range addresses {
			if host := message.Host(address); host != "" {
				hosts[host] = true
			}
		}
	}
	add(message.Addresses(d.WelcomeMessage)...)
	for i := range d.Steps {
		s := &d.Steps[i]
		add(message.Addresses(s.Text)...)
		add(message.Addresses(s.RetryText)...)
		for _, row := range s.Buttons {
			for _, b := range row {
				add(b.URL)
			}
		}
		for _, c := range s.Choices {
			add(c.Text, c.Value)
		}
	}
	return hosts
}
