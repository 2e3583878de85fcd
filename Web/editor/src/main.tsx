import { render } from "preact";
import { App } from "./app";
import { createServices, ServicesContext } from "./state/services";

const services = createServices();
void services.auth.start();
render(
  <ServicesContext.Provider value={services}>
    <App />
  </ServicesContext.Provider>,
  document.getElementById("app")!,
);
