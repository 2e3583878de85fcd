using CollabHub.Domain.Access;
using CollabHub.Domain.Deployments;
using CollabHub.Domain.Text;
using CollabHub.Hubs.Http;
using FluentValidation;

namespace CollabHub.Hubs.Deployments;

/// <summary>What to deploy; everything has a default.</summary>
/// <param name="Visibility"><c>private</c>, <c>members</c> or <c>public</c>; absent: as with the session's last deployment, else private.</param>
public sealed record NewDeploymentBody(string? Visibility = null);

/// <summary>Fields of a deployment to change.</summary>
/// <param name="Visibility"><c>private</c>, <c>members</c> or <c>public</c>.</param>
public sealed record DeploymentPatch(string? Visibility);

/// <summary>Why to stop.</summary>
/// <param name="Reason">A sentence for the others, at most 500 characters.</param>
public sealed record StopBody(string? Reason = null);

/// <summary>A role on a deployment to give.</summary>
/// <param name="Role"><c>operator</c> or <c>viewer</c>.</param>
public sealed record DeploymentRoleBody(string? Role);

/// <summary>A deployment, with the caller's role on it.</summary>
/// <param name="DeploymentId">The deployment.</param>
/// <param name="SessionId">Whose files it runs.</param>
/// <param name="OwnerId">Who deployed.</param>
/// <param name="DeploymentUrl">Where the app answers.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it ends or has ended.</param>
/// <param name="Detail">The reason in a sentence.</param>
/// <param name="Runtime">How it is run.</param>
/// <param name="Port">Where the app listens inside of its container.</param>
/// <param name="ContainerId">The engine's id of its container.</param>
/// <param name="Visibility">Who may open it.</param>
/// <param name="Role">The caller's role: <c>owner</c>, <c>operator</c>, <c>viewer</c>, or <c>none</c> for who only sees the session.</param>
/// <param name="Restarts">Restarts after crashes.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">When the app first answered.</param>
/// <param name="StoppedAt">When it was over.</param>
/// <param name="LastActive">Last use.</param>
/// <param name="IdleStopAt">When it will stop unless somebody uses it; only once that has been announced.</param>
public sealed record DeploymentAnswer(
    Guid DeploymentId, Guid SessionId, Guid OwnerId, string DeploymentUrl, string Status, string? Reason, string? Detail, string Runtime, int Port,
    string? ContainerId, string Visibility, string Role, int Restarts, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt,
    DateTimeOffset LastActive, DateTimeOffset? IdleStopAt)
{
    internal static DeploymentAnswer From(Deployment d, Role role, DeploymentRules rules) => new(
        d.Id.Value, d.Session.Value, d.Owner.Value, d.Url, d.Status.ToName(), d.Reason, d.Detail, d.Runtime, d.Port, d.ContainerId, d.Visibility.ToName(),
        role.ToDeploymentRole(), d.Restarts, d.CreatedAt, d.StartedAt, d.StoppedAt, d.LastActive, IdleStop(d, rules));

    internal static DateTimeOffset? IdleStop(Deployment d, DeploymentRules rules) =>
        d is { Status: DeploymentStatus.Running, IdleWarnedAt: not null } ? d.LastActive + rules.IdleTimeout : null;
}

/// <summary>A deployment that is over.</summary>
public sealed record PastDeploymentAnswer(
    Guid PastDeploymentId, Guid OriginalDeploymentId, Guid SessionId, string DeploymentUrl, string? ContainerId, int Port, Guid OwnerId, string Status,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt, long TotalRuntimeMinutes, string? ReasonForStop, string? Detail)
{
    internal static PastDeploymentAnswer From(PastDeployment past)
    {
        var d = past.Deployment;
        return new PastDeploymentAnswer(
            past.Id, d.Id.Value, d.Session.Value, d.Url, d.ContainerId, d.Port, d.Owner.Value, d.Status.ToName(), d.CreatedAt, d.StartedAt, d.StoppedAt,
            past.TotalRuntimeMinutes, d.Reason, d.Detail);
    }
}

/// <summary>One file that differs.</summary>
/// <param name="FileId">The file.</param>
/// <param name="Path">Its path now; of a removed one, then.</param>
/// <param name="Change"><c>changed</c>, <c>moved</c>, <c>added</c>, <c>removed</c>.</param>
/// <param name="DeployedPath">Its path in the app.</param>
/// <param name="DeployedSeq">The last record of its log that the app contains.</param>
/// <param name="DeployedSize">UTF-8 bytes in the app.</param>
/// <param name="Seq">The last record now.</param>
/// <param name="Size">UTF-8 bytes now.</param>
public sealed record DriftAnswer(
    Guid FileId, string Path, string Change, string? DeployedPath, long? DeployedSeq, long? DeployedSize, long? Seq, long? Size)
{
    internal static DriftAnswer From(FileDrift drift) => new(
        drift.File.Value, drift.Path, NameOf(drift.Difference), drift.Deployed?.Path, drift.Deployed?.Seq, drift.Deployed?.Size, drift.NowSeq, drift.NowSize);

    private static string NameOf(FileDifference difference) => difference switch
    {
        FileDifference.Changed => "changed",
        FileDifference.Moved => "moved",
        FileDifference.Added => "added",
        _ => "removed",
    };
}

/// <summary>All files that differ.</summary>
public sealed record DiffAnswer(IReadOnlyList<DriftAnswer> Items);

/// <summary>Someone's place on a deployment.</summary>
public sealed record DeploymentParticipantAnswer(
    Guid UserId, string Username, string DisplayName, string Role, DateTimeOffset JoinedAt, DateTimeOffset LastActive, bool IsActive)
{
    internal static DeploymentParticipantAnswer From(DeploymentParticipant p) =>
        new(p.User.Value, p.Username, p.DisplayName, p.Role.ToDeploymentRole(), p.JoinedAt, p.LastActive, IsActive: true);
}

/// <summary>A configured way of running apps.</summary>
/// <param name="Name">Also the session language that chooses it.</param>
/// <param name="IsStatic">Whether it is for sessions without a server process.</param>
/// <param name="Languages">Other session languages that choose it.</param>
/// <param name="Build">The build command; null: the files run as they are.</param>
/// <param name="Start">The start command.</param>
/// <param name="Port">Where the app has to listen; also in <c>PORT</c>.</param>
public sealed record RuntimeAnswer(string Name, bool IsStatic, IReadOnlyList<string> Languages, string? Build, string Start, int Port)
{
    internal static RuntimeAnswer From(AppRuntime runtime) => new(
        runtime.Name, runtime.IsStatic, runtime.Languages, runtime.Build.Count == 0 ? null : string.Join(' ', runtime.Build), string.Join(' ', runtime.Start), runtime.Port);
}

/// <summary>All ways of running apps.</summary>
public sealed record RuntimesAnswer(IReadOnlyList<RuntimeAnswer> Items);

/// <summary>How to open an app.</summary>
/// <param name="Url">To be opened in a browser within <paramref name="ExpiresIn"/> seconds, once.</param>
/// <param name="ExpiresIn">Seconds.</param>
public sealed record AppTicketAnswer(string Url, int ExpiresIn);

internal sealed class NewDeploymentBodyValidator : AbstractValidator<NewDeploymentBody>
{
    public NewDeploymentBodyValidator() => RuleFor(body => body.Visibility).Says(text => text is null ? null : DeploymentBodies.VisibilityProblem(text));
}

internal sealed class DeploymentPatchValidator : AbstractValidator<DeploymentPatch>
{
    public DeploymentPatchValidator() => RuleFor(body => body.Visibility).Says(DeploymentBodies.VisibilityProblem);
}

internal sealed class StopBodyValidator : AbstractValidator<StopBody>
{
    public StopBodyValidator() => RuleFor(body => body.Reason).Says(
        text => TextRules.TryText(text, DeploymentBodies.MaxReason, out _) ? null : $"must be at most {DeploymentBodies.MaxReason} characters of plain text");
}

internal sealed class DeploymentRoleBodyValidator : AbstractValidator<DeploymentRoleBody>
{
    public DeploymentRoleBodyValidator() => RuleFor(body => body.Role).Says(
        text => DeploymentNames.ParseRole(text) == Role.None ? "must be operator or viewer" : null);
}

/// <summary>What may be wrong with fields of deployments.</summary>
internal static class DeploymentBodies
{
    public const int MaxReason = 500;

    public static string? VisibilityProblem(string? text) => DeploymentNames.ParseVisibility(text) is null ? "must be private, members or public" : null;
}
