# The browser side, the server, and an image that holds nothing but what runs. docker build -t collabhub .
FROM node:20-bookworm-slim AS web
WORKDIR /src/Web
COPY Web/package.json Web/package-lock.json ./
COPY Web/sdk/package.json sdk/
COPY Web/editor/package.json editor/
RUN npm ci --no-audit --no-fund
COPY Web/ ./
RUN npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS server
WORKDIR /src
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY Domain/CollabHub.Domain.csproj Domain/packages.lock.json Domain/
COPY Persistence/CollabHub.Persistence.csproj Persistence/packages.lock.json Persistence/
COPY Deploy/CollabHub.Deploy.csproj Deploy/packages.lock.json Deploy/
COPY Hubs/CollabHub.Hubs.csproj Hubs/packages.lock.json Hubs/
RUN dotnet restore Hubs/CollabHub.Hubs.csproj --locked-mode
COPY .editorconfig appsettings.json ./
COPY Domain/ Domain/
COPY Persistence/ Persistence/
COPY Deploy/ Deploy/
COPY Hubs/ Hubs/
COPY --from=web /src/Hubs/wwwroot Hubs/wwwroot/
RUN dotnet publish Hubs/CollabHub.Hubs.csproj --configuration Release --no-restore --output /app -p:DebugType=none \
 && mkdir /data

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=server /app ./
COPY --from=server --chown=app:app /data /data
ENV Urls=http://+:8080 \
    Data__Directory=/data \
    DOTNET_gcServer=0
USER app
VOLUME /data
EXPOSE 8080
# SIGTERM drains: everyone is told to move, and what is not saved yet is.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "CollabHub.Hubs.dll"]
