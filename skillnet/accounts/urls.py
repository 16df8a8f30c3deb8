from django.urls import include, path

urlpatterns = [
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("extern/", include("allauth.socialaccount.urls")),
    path("oidc/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
