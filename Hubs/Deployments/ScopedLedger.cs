using CollabHub.Domain;
using CollabHub.Domain.Deployments;

namespace CollabHub.Hubs.Deployments;

/// <summary>The ledger for those who live longer than a request: every call in a scope, and so a connection, of its own.</summary>
internal sealed class ScopedLedger(IServiceScopeFactory scopes) : IDeploymentLedger
{
    public Task<IReadOnlyList<LedgerEntry>> LiveAsync(CancellationToken ct) => InScopeAsync(ledger => ledger.LiveAsync(ct));

    public Task<Deployment?> MoveAsync(Deployment before, Deployment after, CancellationToken ct) => InScopeAsync(ledger => ledger.MoveAsync(before, after, ct));

    public Task<Deployment?> TakeOverAsync(Deployment before, Deployment answering, CancellationToken ct) =>
        InScopeAsync(ledger => ledger.TakeOverAsync(before, answering, ct));

    public Task FinishAsync(Deployment stopping, CancellationToken ct) => InScopeAsync(ledger => ledger.FinishAsync(stopping, ct));

    public Task<IReadOnlyList<SourceFile>> SourcesAsync(DeploymentId id, CancellationToken ct) => InScopeAsync(ledger => ledger.SourcesAsync(id, ct));

    public Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(WorkspaceId workspace, CancellationToken ct) =>
        InScopeAsync(ledger => ledger.EnvironmentAsync(workspace, ct));

    public Task KeepOutputAsync(DeploymentId id, string? build, string? app, CancellationToken ct) =>
        InScopeAsync(ledger => ledger.KeepOutputAsync(id, build, app, ct));

    public Task<KeptOutput> OutputAsync(DeploymentId id, CancellationToken ct) => InScopeAsync(ledger => ledger.OutputAsync(id, ct));

    public Task ForgetTextsAsync(CancellationToken ct) => InScopeAsync(ledger => ledger.ForgetTextsAsync(ct));

    public Task<string> InstallationAsync(CancellationToken ct) => InScopeAsync(ledger => ledger.InstallationAsync(ct));

    private async Task<T> InScopeAsync<T>(Func<DeploymentLedger, Task<T>> call)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await call(scope.ServiceProvider.GetRequiredService<DeploymentLedger>());
    }

    private async Task InScopeAsync(Func<DeploymentLedger, Task> call)
    {
        await using var scope = scopes.CreateAsyncScope();
        await call(scope.ServiceProvider.GetRequiredService<DeploymentLedger>());
    }
}
