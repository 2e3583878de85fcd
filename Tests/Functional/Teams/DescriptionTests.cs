using System.Text.Json;

namespace CollabHub.Tests.Functional.Teams;

/// <summary>What clients are generated from tells which members and parameters there are, and which must be.</summary>
public sealed class DescriptionTests(SharedHub shared) : IClassFixture<SharedHub>
{
    [Theory]
    [InlineData("WorkspacePatch", "")]
    [InlineData("SessionPatch", "")]
    [InlineData("NewWorkspaceBody", "name")]
    [InlineData("NewSessionBody", "name")]
    [InlineData("WorkspaceInvitationBody", "role")]
    [InlineData("SessionInvitationBody", "role")]
    public async Task A_body_requires_what_it_must_have(string body, string required)
    {
        var schema = (await DescriptionAsync()).GetProperty("components").GetProperty("schemas").GetProperty(body);
        var names = schema.TryGetProperty("required", out var listed) ? listed.EnumerateArray().Select(name => name.GetString()) : [];
        Assert.Equal(required, string.Join(' ', names));
    }

    [Theory]
    [InlineData("WorkspaceAnswer", "description", true)]
    [InlineData("MemberAnswer", "email", false)]
    [InlineData("InvitationAnswer", "sessionId", false)]
    [InlineData("InvitationAnswer", "link", false)]
    [InlineData("InvitationPreview", "email", false)]
    public async Task An_answer_promises_what_it_always_has(string answer, string member, bool always)
    {
        var schema = (await DescriptionAsync()).GetProperty("components").GetProperty("schemas").GetProperty(answer);
        Assert.True(schema.GetProperty("properties").TryGetProperty(member, out _));
        Assert.Equal(always, schema.GetProperty("required").EnumerateArray().Any(name => name.GetString() == member));
    }

    [Theory]
    [InlineData("/api/workspaces", "q status tag limit cursor")]
    [InlineData("/api/workspaces/{wsId}/members", "wsId limit cursor")]
    [InlineData("/api/sessions", "status limit cursor")]
    [InlineData("/api/invitations", "status limit cursor")]
    [InlineData("/api/workspaces/{wsId}", "wsId")]
    public async Task A_list_names_its_parameters(string path, string parameters)
    {
        var get = (await DescriptionAsync()).GetProperty("paths").GetProperty(path).GetProperty("get");
        Assert.Equal(parameters, string.Join(' ', get.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString())));
    }

    private async Task<JsonElement> DescriptionAsync()
    {
        using var nobody = shared.Hub.Hub.Anonymous;
        return await (await nobody.GetAsync("openapi/v1.json")).OkAsync();
    }
}
