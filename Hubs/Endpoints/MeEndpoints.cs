using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Hubs.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CollabHub.Hubs.Endpoints;

/// <summary><c>/api/me</c>: the caller's own account.</summary>
public static class MeEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapMe(this WebApplication app)
    {
        var me = app.MapApiGroup("/me", "Me");
        me.MapGet("", GetAsync);
        me.MapPatch("", UpdateAsync).Validate<ProfileBody>();
        me.MapPost("/password", ChangePasswordAsync).Validate<PasswordBody>();
        me.MapDelete("", DeleteAsync);
        me.MapGet("/devices", DevicesAsync);
        me.MapDelete("/devices/{tokenId:guid}", RevokeDeviceAsync);
    }

    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> GetAsync(HttpContext http, Profiles profiles, CancellationToken ct) =>
        Answer(await profiles.GetAsync(http.UserId(), ct));

    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> UpdateAsync(ProfileBody body, HttpContext http, Profiles profiles, CancellationToken ct) =>
        Answer(await profiles.UpdateAsync(http.UserId(), user => Change(user, body), http.Origin(), ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePasswordAsync(
        PasswordBody body, HttpContext http, PasswordChange change, CancellationToken ct)
    {
        var done = await change.ChangeAsync(http.UserId(), http.Family(), body.CurrentPassword!, body.NewPassword!, http.Origin(), ct);
        return done.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        [FromBody] DeletionBody? body, HttpContext http, DeletingAccounts deleting, CancellationToken ct)
    {
        // A longer one is no password of ours, and hashing it would only cost.
        if (body?.Password is { Length: > PasswordRules.MaxLength }) return GeneralErrors.Invalid("password", "is too long").ToProblem();
        var done = await deleting.DeleteAsync(new Call(http.Actor(), http.Origin()), http.Family(), body?.Password, ct);
        return done.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }

    private static async Task<Ok<PageOf<DeviceView>>> DevicesAsync(HttpContext http, Profiles profiles, PageRequest page, CancellationToken ct)
    {
        var (devices, current) = (await profiles.DevicesAsync(http.UserId(), ct), http.Family());
        var rest = devices.SkipWhile(device => page.After is not null && SortKey(device) != page.After).Skip(page.After is null ? 0 : 1);
        return TypedResults.Ok(page.ToPage([.. rest.Take(page.Take)], SortKey, device => View(device, current)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeDeviceAsync(
        Guid tokenId, HttpContext http, Profiles profiles, CancellationToken ct)
    {
        var done = await profiles.RevokeDeviceAsync(http.UserId(), tokenId, http.Origin(), ct);
        return done.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), error => error.ToProblem());
    }

    private static string SortKey(Device device) => device.Family.ToString("D");

    private static DeviceView View(Device device, Guid? current) => new(
        device.TokenId, device.DeviceInfo, device.IpAddress, device.SignedInAt, device.LastUsedAt, device.ExpiresAt, device.Family == current);

    private static User Change(User user, ProfileBody body) => user with
    {
        Username = body.Username.Or(user.Username)!,
        FirstName = Names.Clean(body.FirstName.Or(user.FirstName)),
        LastName = Names.Clean(body.LastName.Or(user.LastName)),
        ProfileImageUrl = body.ProfileImageUrl.Or(user.ProfileImageUrl),
    };

    private static Results<Ok<UserView>, ProblemHttpResult> Answer(Domain.Errors.Result<User> result) =>
        result.Match<Results<Ok<UserView>, ProblemHttpResult>>(user => TypedResults.Ok(UserView.Of(user)), error => error.ToProblem());
}
