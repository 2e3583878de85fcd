using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Text;
using CollabHub.Hubs.Http;
using FluentValidation;

namespace CollabHub.Hubs.Endpoints;

/// <summary>What may be wrong with fields that several bodies share, each as the end of a sentence about the field; null when nothing is.</summary>
internal static class BodyRules
{
    private const int MaxLabel = 100;

    /// <summary>A name, required.</summary>
    public static string? NameProblem(string? text) => string.IsNullOrWhiteSpace(text) ? "is missing" : Names.Problem(text);

    /// <summary>A name, or nothing.</summary>
    public static string? NewNameProblem(string? text) => text is null ? null : NameProblem(text);

    /// <summary>Several lines of text, or nothing.</summary>
    public static string? DescriptionProblem(string? text) =>
        TextRules.TryText(text, TextRules.MaxDescription, out _) ? null : $"must be at most {TextRules.MaxDescription} characters of plain text";

    /// <summary>A short word such as a language, or nothing.</summary>
    public static string? LabelProblem(string? text) =>
        text is null || (text.Length <= MaxLabel && TextRules.IsPlain(text, multiline: false)) ? null : $"must be at most {MaxLabel} characters on one line";

    /// <summary>A role of a workspace; owner passes, the policy refuses it.</summary>
    public static string? WorkspaceRoleProblem(string? text) => RoleNames.Parse(text) == Role.None ? "must be admin, editor or viewer" : null;

    /// <summary>A role of a session; owner passes, the policy refuses it.</summary>
    public static string? SessionRoleProblem(string? text) =>
        RoleNames.Parse(text) is Role.Viewer or Role.Editor or Role.Owner ? null : "must be editor or viewer";

    /// <summary>The text as it is stored, nothing when empty; the validator has accepted it.</summary>
    public static string? Clean(string? text) => TextRules.TryText(text, TextRules.MaxDescription, out var clean) ? clean : null;

    /// <summary>The text as an edit takes it: null leaves, empty clears.</summary>
    public static string? Clean(Optional<string> text) => text.IsSet ? Clean(text.Value) ?? "" : null;
}

/// <summary>A role to give.</summary>
/// <param name="Role">Such as <c>editor</c>.</param>
public sealed record RoleBody(string? Role);

/// <summary>A person.</summary>
/// <param name="UserId">The account.</param>
public sealed record UserBody(Guid? UserId);

internal sealed class RoleBodyValidator : AbstractValidator<RoleBody>
{
    public RoleBodyValidator() => RuleFor(body => body.Role).Says(BodyRules.WorkspaceRoleProblem);
}

internal sealed class UserBodyValidator : AbstractValidator<UserBody>
{
    public UserBodyValidator() => RuleFor(body => body.UserId).Says(id => id is null ? "is missing" : null);
}
