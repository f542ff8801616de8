// Nothing is asked of any other server: the description is this server's own, and nobody is asked whether it is valid.
SwaggerUIBundle({
    dom_id: "#description",
    url: new URL("openapi.json", document.baseURI).href,
    validatorUrl: null,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayOperationId: true,
    filter: true,
    tryItOutEnabled: false,
});
