using CollabHub.Domain.Accounts;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Http;
using FluentValidation;

namespace CollabHub.Hubs.Endpoints;

/// <summary>An account as its owner sees it.</summary>
public sealed record UserView(
    Guid UserId, string? Email, string Username, string DisplayName, string? FirstName, string? LastName, string? ProfileImageUrl,
    bool EmailVerified, bool IsGuest, bool HasPassword, string? ExternalProvider, DateTimeOffset CreatedAt)
{
    /// <summary>The view of an account.</summary>
    public static UserView Of(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return new UserView(
            user.Id.Value, user.Email, user.Username, user.DisplayName, user.FirstName, user.LastName, user.ProfileImageUrl, user.EmailVerified,
            user.IsGuest, user.PasswordHash is not null, user.ExternalProvider, user.CreatedAt);
    }
}

/// <summary>The answer of every way to sign in.</summary>
/// <param name="User">The account.</param>
/// <param name="AccessToken">For <c>Authorization: Bearer</c>.</param>
/// <param name="ExpiresIn">Its life in seconds.</param>
/// <param name="RefreshToken">For <c>POST /auth/refresh</c>, once.</param>
public sealed record SignInView(UserView User, string AccessToken, int ExpiresIn, string RefreshToken)
{
    /// <summary>The view of a sign-in, with a fresh access token.</summary>
    public static SignInView Of(SignedIn signedIn, AccessTokens tokens)
    {
        ArgumentNullException.ThrowIfNull(signedIn);
        ArgumentNullException.ThrowIfNull(tokens);
        var access = tokens.Issue(signedIn.User.Id, signedIn.User.IsGuest, signedIn.Family);
        return new SignInView(UserView.Of(signedIn.User), access.Text, access.ExpiresIn, signedIn.RefreshToken);
    }
}

/// <summary>The answer of <c>POST /auth/ticket</c>.</summary>
/// <param name="Ticket">For <c>access_token</c> in a WebSocket's address, once.</param>
/// <param name="ExpiresIn">Its life in seconds.</param>
public sealed record TicketView(string Ticket, int ExpiresIn);

/// <summary>One of the caller's sign-ins.</summary>
public sealed record DeviceView(
    Guid TokenId, string? DeviceInfo, string? IpAddress, DateTimeOffset SignedInAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, bool IsCurrent);

/// <summary>Body of <c>POST /auth/register</c>.</summary>
public sealed record RegisterBody(string? Email, string? Username, string? Password, string? FirstName = null, string? LastName = null);

/// <summary>Body of <c>POST /auth/guest</c>.</summary>
public sealed record GuestBody(string? DisplayName = null);

/// <summary>Body of <c>POST /auth/login</c>.</summary>
public sealed record LoginBody(string? Login, string? Password, string? DeviceInfo = null);

/// <summary>Body of <c>POST /auth/refresh</c> and <c>POST /auth/logout</c>.</summary>
public sealed record RefreshBody(string? RefreshToken);

/// <summary>Body of <c>PATCH /me</c>.</summary>
public sealed record ProfileBody(Optional<string> Username, Optional<string> FirstName, Optional<string> LastName, Optional<string> ProfileImageUrl);

/// <summary>Body of <c>POST /me/password</c>.</summary>
public sealed record PasswordBody(string? CurrentPassword, string? NewPassword);

/// <summary>Body of <c>DELETE /me</c>; may be absent for accounts without a password.</summary>
public sealed record DeletionBody(string? Password = null);

internal sealed class RegisterBodyValidator : AbstractValidator<RegisterBody>
{
    public RegisterBodyValidator()
    {
        RuleFor(body => body.Email).Must(email => EmailAddress.Normalize(email) is not null).WithMessage("must be an e-mail address");
        RuleFor(body => body.Username).Says(Names.UsernameProblem);
        RuleFor(body => body.Password).NotNull().WithMessage("is missing");
        RuleFor(body => body).Custom((body, context) =>
        {
            if (body.Password is not { } password) return;
            var problem = PasswordRules.Problem(PasswordRules.Clean(password), body.Email, body.Username, body.FirstName, body.LastName);
            if (problem is not null) context.AddFailure(nameof(RegisterBody.Password), problem);
        });
        RuleFor(body => body.FirstName).Says(name => Names.Problem(name));
        RuleFor(body => body.LastName).Says(name => Names.Problem(name));
    }
}

internal sealed class GuestBodyValidator : AbstractValidator<GuestBody>
{
    public GuestBodyValidator() => RuleFor(body => body.DisplayName).Says(name => Names.Problem(name));
}

internal sealed class LoginBodyValidator : AbstractValidator<LoginBody>
{
    public LoginBodyValidator()
    {
        RuleFor(body => body.Login).NotEmpty().WithMessage("is missing").MaximumLength(EmailAddress.MaxLength).WithMessage("is too long");
        RuleFor(body => body.Password).NotEmpty().WithMessage("is missing").MaximumLength(PasswordRules.MaxLength).WithMessage("is too long");
        RuleFor(body => body.DeviceInfo).Says(text => Names.Problem(text));
    }
}

internal sealed class RefreshBodyValidator : AbstractValidator<RefreshBody>
{
    private const int MaxToken = 256;

    public RefreshBodyValidator() =>
        RuleFor(body => body.RefreshToken).NotEmpty().WithMessage("is missing").MaximumLength(MaxToken).WithMessage("is too long");
}

internal sealed class ProfileBodyValidator : AbstractValidator<ProfileBody>
{
    private const int MaxUrl = 500;

    public ProfileBodyValidator()
    {
        RuleFor(body => body.Username).Says(name => name.IsSet ? Names.UsernameProblem(name.Value) : null);
        RuleFor(body => body.FirstName).Says(name => Names.Problem(name.Value));
        RuleFor(body => body.LastName).Says(name => Names.Problem(name.Value));
        RuleFor(body => body.ProfileImageUrl).Says(url => UrlProblem(url.Value));
    }

    private static string? UrlProblem(string? url) =>
        url is null || (url.Length <= MaxUrl && Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == Uri.UriSchemeHttps && parsed.UserInfo.Length == 0)
            ? null
            : $"must be an https address of at most {MaxUrl} characters";
}

internal sealed class PasswordBodyValidator : AbstractValidator<PasswordBody>
{
    public PasswordBodyValidator()
    {
        RuleFor(body => body.CurrentPassword).NotEmpty().WithMessage("is missing").MaximumLength(PasswordRules.MaxLength).WithMessage("is too long");
        RuleFor(body => body.NewPassword).NotNull().WithMessage("is missing");
    }
}
