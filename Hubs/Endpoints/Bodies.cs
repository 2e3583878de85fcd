using CollabHub.Domain.Access;
using CollabHub.Domain.Text;
using FluentValidation;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Rules that several request bodies share, with the words that people read.</summary>
internal static class BodyRules
{
    private const int MaxLabel = 100;

    /// <summary>A name, required.</summary>
    public static IRuleBuilderOptions<T, string?> IsName<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => TextRules.TryName(text, out _))
        .WithMessage($"must be 1 to {TextRules.MaxNameGraphemes} characters without control or direction marks");

    /// <summary>A name, or nothing.</summary>
    public static IRuleBuilderOptions<T, string?> IsNameOrAbsent<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || TextRules.TryName(text, out _))
        .WithMessage($"must be 1 to {TextRules.MaxNameGraphemes} characters without control or direction marks");

    /// <summary>Several lines of text, or nothing.</summary>
    public static IRuleBuilderOptions<T, string?> IsDescription<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => TextRules.TryText(text, TextRules.MaxDescription, out _))
        .WithMessage($"must be at most {TextRules.MaxDescription} characters of plain text");

    /// <summary>A short word such as a language, or nothing.</summary>
    public static IRuleBuilderOptions<T, string?> IsLabel<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || (text.Length <= MaxLabel && TextRules.IsPlain(text, multiline: false)))
        .WithMessage($"must be at most {MaxLabel} characters on one line");

    /// <summary>A role of a workspace; owner passes, the policy refuses it.</summary>
    public static IRuleBuilderOptions<T, string?> IsWorkspaceRole<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => RoleNames.Parse(text) != Role.None)
        .WithMessage("must be admin, editor or viewer");

    /// <summary>A role of a session; owner passes, the policy refuses it.</summary>
    public static IRuleBuilderOptions<T, string?> IsSessionRole<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => RoleNames.Parse(text) is Role.Viewer or Role.Editor or Role.Owner)
        .WithMessage("must be editor or viewer");

    /// <summary>The name as it is stored, or null; the validator has accepted it.</summary>
    public static string? CleanName(string? text) => TextRules.TryName(text, out var name) ? name : null;

    /// <summary>The text as it is stored; empty text stays empty, which means to clear.</summary>
    public static string? CleanText(string? text) =>
        text is null ? null : TextRules.TryText(text, TextRules.MaxDescription, out var clean) ? clean ?? "" : "";

    /// <summary>The text as a new thing stores it: nothing when empty.</summary>
    public static string? NewText(string? text) => CleanText(text) is { Length: > 0 } clean ? clean : null;
}

/// <summary>A role to give.</summary>
/// <param name="Role">Such as <c>editor</c>.</param>
public sealed record RoleBody(string? Role);

/// <summary>A person.</summary>
/// <param name="UserId">The account.</param>
public sealed record UserBody(Guid? UserId);

internal sealed class RoleBodyValidator : AbstractValidator<RoleBody>
{
    public RoleBodyValidator() => RuleFor(body => body.Role).IsWorkspaceRole();
}

internal sealed class UserBodyValidator : AbstractValidator<UserBody>
{
    public UserBodyValidator() => RuleFor(body => body.UserId).NotNull().WithMessage("is required");
}
